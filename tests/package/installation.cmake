# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Installs what was built, and has the README's project find and use it. Where time matters less, also a static
# library, built by the README's FetchContent, installed from there, and found.

set(in_ci OFF)
if("$ENV{CI}" STREQUAL "true")
    set(in_ci ON)
endif()
option(ASYNCMYSQL_TEST_STATIC_PACKAGE "Also test a static library, which is built a second time" ${in_ci})

set(compiler "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}")

# asyncmysql_add_user(<name> <source folder> <build folder> <cmake argument>...): configures, builds and runs a project
# that knows nothing of this one. Its program finds no server, and says so.
function(asyncmysql_add_user name source build)
    add_test(NAME ${name} COMMAND ${CMAKE_CTEST_COMMAND}
        --build-and-test "${source}" "${build}"
        --build-generator Ninja
        --build-options ${compiler} ${ARGN}
        --test-command hello "${unreachable_url}")
    set_tests_properties(${name} PROPERTIES TIMEOUT 1200 PASS_REGULAR_EXPRESSION "${unreachable_message}")
endfunction()

set(work "${CMAKE_CURRENT_BINARY_DIR}/installation")

if(BUILD_SHARED_LIBS AND ASYNCMYSQL_INSTALL)
    add_test(NAME package_install COMMAND ${CMAKE_COMMAND} --install "${PROJECT_BINARY_DIR}" --prefix "${work}/shared")
    set_tests_properties(package_install PROPERTIES FIXTURES_SETUP package_shared)
    asyncmysql_add_user(package_find_package "${readme_project}" "${work}/find-shared"
        "-DCMAKE_PREFIX_PATH=${work}/shared")
    set_tests_properties(package_find_package PROPERTIES FIXTURES_REQUIRED package_shared)
    if(ASYNCMYSQL_HAVE_QML)
        asyncmysql_add_user(package_find_quick "${CMAKE_CURRENT_SOURCE_DIR}/quickuser" "${work}/find-quick"
            "-DCMAKE_PREFIX_PATH=${work}/shared")
        set_tests_properties(package_find_quick PROPERTIES FIXTURES_REQUIRED package_shared)
    endif()
endif()

if(ASYNCMYSQL_TEST_STATIC_PACKAGE)
    asyncmysql_add_user(package_fetch_content "${readme_project}-fetching" "${work}/fetch-static"
        "-DFETCHCONTENT_SOURCE_DIR_ASYNCMYSQL=${PROJECT_SOURCE_DIR}" -DBUILD_SHARED_LIBS=OFF -DASYNCMYSQL_INSTALL=ON
        -DASYNCMYSQL_PRECOMPILE_HEADERS=ON -DASYNCMYSQL_BUILD_QML=OFF)
    set_tests_properties(package_fetch_content PROPERTIES FIXTURES_SETUP package_static PROCESSORS 2)
    add_test(NAME package_install_static
        COMMAND ${CMAKE_COMMAND} --install "${work}/fetch-static" --prefix "${work}/static")
    set_tests_properties(package_install_static PROPERTIES
        FIXTURES_SETUP package_static_prefix FIXTURES_REQUIRED package_static)
    asyncmysql_add_user(package_find_package_static "${readme_project}" "${work}/find-static"
        "-DCMAKE_PREFIX_PATH=${work}/static")
    set_tests_properties(package_find_package_static PROPERTIES FIXTURES_REQUIRED package_static_prefix)
endif()

find_program(ASYNCMYSQL_NM nm)
if(BUILD_SHARED_LIBS AND UNIX AND NOT APPLE AND ASYNCMYSQL_NM)
    add_test(NAME package_symbols COMMAND ${CMAKE_COMMAND}
        "-DNM=${ASYNCMYSQL_NM}" "-DLIBRARY=$<TARGET_FILE:AsyncMySqlCore>"
        -P "${CMAKE_CURRENT_SOURCE_DIR}/checksymbols.cmake")
endif()
