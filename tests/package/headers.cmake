# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Every public header compiles alone, with include/ as its only path, as C++17 with Qt's defaults;
# and all of them as C++20 with the strictest of Qt's settings. Each forwarder <AsyncMySql/Name>
# declares the class Name; <AsyncMySql/Coroutine>, which is empty in C++17, declares Task, and
# <AsyncMySql/SqlDriver> functions.

file(GLOB header_paths CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/AsyncMySql/*")
set(sources)
set(forwarders "")
foreach(path IN LISTS header_paths)
    get_filename_component(name "${path}" NAME)
    if(name MATCHES "\\.h$")
        set(source "${CMAKE_CURRENT_BINARY_DIR}/headers/${name}.cpp")
        file(CONFIGURE OUTPUT "${source}"
            CONTENT "#include <AsyncMySql/${name}>\n#include <AsyncMySql/${name}>\n")
        list(APPEND sources "${source}")
    elseif(name STREQUAL "SqlDriver")
        string(APPEND forwarders "#include <AsyncMySql/${name}>\n"
            "static_assert(sizeof(AsyncMySql::createSqlDriver()) == sizeof(void *));\n")
    elseif(NOT name STREQUAL "Coroutine")
        string(APPEND forwarders
            "#include <AsyncMySql/${name}>\nstatic_assert(sizeof(AsyncMySql::${name}));\n")
    endif()
endforeach()
set(forwarders_source "${CMAKE_CURRENT_BINARY_DIR}/headers/forwarders.cpp")
file(CONFIGURE OUTPUT "${forwarders_source}" CONTENT "${forwarders}")

add_library(package_headers_cxx17 OBJECT ${sources} "${forwarders_source}")
set_target_properties(package_headers_cxx17 PROPERTIES CXX_STANDARD 17)

set(strict_source "${CMAKE_CURRENT_BINARY_DIR}/headers/strict.cpp")
string(CONCAT strict_text "${forwarders}"
    "#include <AsyncMySql/Coroutine>\nstatic_assert(sizeof(AsyncMySql::Task<>));\n")
file(CONFIGURE OUTPUT "${strict_source}" CONTENT "${strict_text}")

add_library(package_headers_strict OBJECT "${strict_source}")
set_target_properties(package_headers_strict PROPERTIES CXX_STANDARD 20)
target_compile_definitions(package_headers_strict PRIVATE
    QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING
    QT_NO_CONTEXTLESS_CONNECT QT_NO_FOREACH QT_USE_QSTRINGBUILDER)

foreach(target package_headers_cxx17 package_headers_strict)
    set_target_properties(${target} PROPERTIES
        AUTOMOC OFF CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
    target_compile_options(${target} PRIVATE
        $<TARGET_PROPERTY:asyncmysql_build_flags,INTERFACE_COMPILE_OPTIONS>)
    target_link_libraries(${target} PRIVATE AsyncMySql::Core)
endforeach()

add_test(NAME package_headers COMMAND ${CMAKE_COMMAND}
    "-DINCLUDE_DIR=${PROJECT_SOURCE_DIR}/include/AsyncMySql"
    -P "${CMAKE_CURRENT_SOURCE_DIR}/checkheaders.cmake")
