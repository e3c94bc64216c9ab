# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Installs what was built, be it a shared or a static library, and has the README's project find and
# use it. The same project with the README's FetchContent is only configured: it would build the
# whole library once more.

set(sanitizer_flag)
set(compiler "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}")
if(ASYNCMYSQL_SANITIZE)
    list(JOIN ASYNCMYSQL_SANITIZE "," sanitizers)
    set(sanitizer_flag "-fsanitize=${sanitizers}")
    list(APPEND compiler "-DCMAKE_CXX_FLAGS=${sanitizer_flag}")
endif()
set(work "${CMAKE_CURRENT_BINARY_DIR}/installation")

if(ASYNCMYSQL_INSTALL)
    add_test(NAME package_install COMMAND ${CMAKE_COMMAND}
        --install "${PROJECT_BINARY_DIR}" --prefix "${work}/prefix")
    set_tests_properties(package_install PROPERTIES FIXTURES_SETUP package_installed LABELS package)
    # Where only the tests of threads are built, the libraries that none of them links are as well.
    if(ASYNCMYSQL_SANITIZE)
        get_property(libraries GLOBAL PROPERTY ASYNCMYSQL_INSTALLED_LIBRARIES)
        foreach(library IN LISTS libraries)
            asyncmysql_add_to_threads_tests(${library})
        endforeach()
    endif()
    # The project knows nothing of this one. Its program finds no server, and says so.
    add_test(NAME package_find_package COMMAND ${CMAKE_CTEST_COMMAND}
        --build-and-test "${readme_project}" "${work}/find"
        --build-generator Ninja
        --build-options ${compiler} "-DCMAKE_PREFIX_PATH=${work}/prefix"
        --test-command hello "${unreachable_url}")
    set_tests_properties(package_find_package PROPERTIES
        FIXTURES_REQUIRED package_installed LABELS package
        TIMEOUT 120 PASS_REGULAR_EXPRESSION "${unreachable_message}")
    find_program(ASYNCMYSQL_PKG_CONFIG NAMES pkg-config pkgconf)
    mark_as_advanced(ASYNCMYSQL_PKG_CONFIG)
    if(ASYNCMYSQL_PKG_CONFIG AND NOT MSVC)
        add_test(NAME package_pkg_config COMMAND ${CMAKE_COMMAND}
            "-DPKG_CONFIG=${ASYNCMYSQL_PKG_CONFIG}" "-DPREFIX=${work}/prefix"
            "-DSTATIC=$<NOT:$<BOOL:${BUILD_SHARED_LIBS}>>"
            "-DCXX=${CMAKE_CXX_COMPILER}" "-DCXX_FLAGS=${sanitizer_flag}"
            "-DSOURCE=${readme_project}/main.cpp" "-DPROGRAM=${work}/hello"
            "-DARGUMENTS=${unreachable_url}"
            -P "${CMAKE_CURRENT_SOURCE_DIR}/pkgconfig.cmake")
        set_tests_properties(package_pkg_config PROPERTIES
            FIXTURES_REQUIRED package_installed LABELS package
            TIMEOUT 120 PASS_REGULAR_EXPRESSION "${unreachable_message}")
    endif()
    if(ASYNCMYSQL_HAVE_QML AND BUILD_SHARED_LIBS)
        add_test(NAME package_find_quick COMMAND ${CMAKE_CTEST_COMMAND}
            --build-and-test "${CMAKE_CURRENT_SOURCE_DIR}/quickuser" "${work}/find-quick"
            --build-generator Ninja
            --build-options ${compiler} "-DCMAKE_PREFIX_PATH=${work}/prefix"
            --test-command hello "${unreachable_url}")
        set_tests_properties(package_find_quick PROPERTIES
            FIXTURES_REQUIRED package_installed LABELS package
            TIMEOUT 240 PASS_REGULAR_EXPRESSION "${unreachable_message}")
    endif()
    # Without a server, the driver says that there is none; first the one that is registered, then
    # that of the plugin.
    if(ASYNCMYSQL_HAVE_SQL)
        set(sql_message "127\\.0\\.0\\.1:1.* QMYSQL: Unable to connect")
        add_test(NAME package_find_sql COMMAND ${CMAKE_CTEST_COMMAND}
            --build-and-test "${CMAKE_CURRENT_SOURCE_DIR}/sqluser" "${work}/find-sql"
            --build-generator Ninja
            --build-options ${compiler} "-DCMAKE_PREFIX_PATH=${work}/prefix"
            --test-command hello)
        set_tests_properties(package_find_sql PROPERTIES
            FIXTURES_REQUIRED package_installed FIXTURES_SETUP package_sqluser
            LABELS package TIMEOUT 120 PASS_REGULAR_EXPRESSION "${sql_message}")
        if(BUILD_SHARED_LIBS)
            include(GNUInstallDirs)
            add_test(NAME package_sql_plugin COMMAND "${work}/find-sql/hello" plugin)
            set_tests_properties(package_sql_plugin PROPERTIES
                FIXTURES_REQUIRED "package_installed;package_sqluser" LABELS package TIMEOUT 30
                ENVIRONMENT "QT_PLUGIN_PATH=${work}/prefix/${CMAKE_INSTALL_LIBDIR}/qt6/plugins"
                PASS_REGULAR_EXPRESSION "${sql_message}")
        endif()
    endif()
    # The desktop applications are projects of their own. To build the browser takes longer than it
    # tells.
    find_package(Qt6 6.4 QUIET OPTIONAL_COMPONENTS Quick Widgets)
    if(ASYNCMYSQL_HAVE_QML AND BUILD_SHARED_LIBS AND TARGET Qt6::Quick)
        add_test(NAME package_demo COMMAND ${CMAKE_CTEST_COMMAND}
            --build-and-test "${PROJECT_SOURCE_DIR}/examples/demo" "${work}/demo"
            --build-generator Ninja
            --build-options ${compiler} "-DCMAKE_PREFIX_PATH=${work}/prefix"
            --test-command demo)
        # Without a server to show it says how it is used.
        set_tests_properties(package_demo PROPERTIES
            FIXTURES_REQUIRED package_installed LABELS package TIMEOUT 240
            ENVIRONMENT "QT_QPA_PLATFORM=offscreen;ASYNCMYSQL_URL="
            PASS_REGULAR_EXPRESSION "Shows what AsyncMySql does")
    endif()
    if(TARGET Qt6::Widgets)
        add_test(NAME package_sqlbrowser COMMAND ${CMAKE_COMMAND}
            -S "${PROJECT_SOURCE_DIR}/examples/sqlbrowser" -B "${work}/sqlbrowser" -G Ninja
            ${compiler} "-DCMAKE_PREFIX_PATH=${work}/prefix")
        set_tests_properties(package_sqlbrowser PROPERTIES
            FIXTURES_REQUIRED package_installed LABELS package TIMEOUT 120)
    endif()
endif()

add_test(NAME package_fetch_content COMMAND ${CMAKE_COMMAND}
    -S "${readme_project}-fetching" -B "${work}/fetch" -G Ninja
    ${compiler} "-DFETCHCONTENT_SOURCE_DIR_ASYNCMYSQL=${PROJECT_SOURCE_DIR}")
set_tests_properties(package_fetch_content PROPERTIES LABELS package TIMEOUT 120)

add_test(NAME package_host COMMAND ${CMAKE_COMMAND}
    -S "${CMAKE_CURRENT_SOURCE_DIR}/host" -B "${work}/host" -G Ninja
    ${compiler} "-DLIBRARY_DIR=${PROJECT_SOURCE_DIR}")
set_tests_properties(package_host PROPERTIES LABELS package TIMEOUT 120)

find_program(ASYNCMYSQL_NM nm)
if(BUILD_SHARED_LIBS AND UNIX AND NOT APPLE AND ASYNCMYSQL_NM)
    add_test(NAME package_symbols COMMAND ${CMAKE_COMMAND}
        "-DNM=${ASYNCMYSQL_NM}" "-DLIBRARY=$<TARGET_FILE:AsyncMySqlCore>"
        -P "${CMAKE_CURRENT_SOURCE_DIR}/checksymbols.cmake")
endif()
