# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# What the documentation shows in C++ is compiled, as applications are; its QML is read by qmllint
# (tests/quick), and its projects are built by package_find_sql and tests/package/debian.
find_package(Qt6 6.4 QUIET OPTIONAL_COMPONENTS Concurrent Widgets)
if(TARGET Qt6::Concurrent AND TARGET Qt6::Widgets AND ASYNCMYSQL_HAVE_SQL)
    set(snippets "${PROJECT_SOURCE_DIR}/src/doc/snippets")
    file(GLOB snippet_sources CONFIGURE_DEPENDS "${snippets}/*.cpp")
    list(REMOVE_ITEM snippet_sources "${snippets}/coroutines.cpp")
    add_library(package_snippets OBJECT ${snippet_sources})
    add_library(package_snippets_coroutines OBJECT "${snippets}/coroutines.cpp")
    foreach(target IN ITEMS package_snippets package_snippets_coroutines)
        target_link_libraries(${target} PRIVATE
            AsyncMySql::Core AsyncMySql::Sql Qt6::Concurrent Qt6::Widgets)
        set_target_properties(${target} PROPERTIES UNITY_BUILD OFF AUTOMOC OFF
            CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
    endforeach()
    set_target_properties(package_snippets_coroutines PROPERTIES CXX_STANDARD 20)
endif()

# Nothing is shown that is not compiled.
add_test(NAME package_docs_code COMMAND ${CMAKE_COMMAND}
    "-DFOLDERS=${PROJECT_SOURCE_DIR}/src;${PROJECT_SOURCE_DIR}/include"
    -P "${CMAKE_CURRENT_SOURCE_DIR}/checkdocscode.cmake")

# qdoc reads all comments, and fails at a warning: what is not documented, and links to nothing.
# Users may do without qdoc; the continuous integration may not.
if(TARGET docs AND NOT ASYNCMYSQL_SANITIZE)
    add_test(NAME package_docs COMMAND ${CMAKE_COMMAND}
        --build "${PROJECT_BINARY_DIR}" --target docs)
    set_tests_properties(package_docs PROPERTIES TIMEOUT 240
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
elseif("$ENV{CI}" STREQUAL "true" AND NOT ASYNCMYSQL_SANITIZE)
    message(FATAL_ERROR "qdoc was not found")
endif()
