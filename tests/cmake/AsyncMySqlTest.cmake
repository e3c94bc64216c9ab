# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# asyncmysql_add_test(<name> [SOURCES <file>...] [LAYERS <name>...] [LINK <target>...]
#                     [LABELS <label>...] [TIMEOUT <seconds>] [SERVERS] [GUI] [AUTOMOC])
#
# Defines the Qt Test executable <name> from <name>.cpp and SOURCES, and registers it with CTest.
# LAYERS links the objects of these layers, for tests of what the library hides; without LAYERS the
# test links AsyncMySql::Core, as an application does. SERVERS marks a test that needs the servers
# which tests/run provides: it is labelled "servers" and reads ASYNCMYSQL_TEST_SERVERS. Tests that
# are labelled "threads" are what the thread sanitizer is for, and those labelled "noassertions" have
# more to test where there are no assertions; the target threads_tests builds both.
# AUTOMOC marks a test that has classes for moc in SOURCES, too, and not in <name>.cpp alone.
# GUI marks a test that links Qt GUI, to which Qt Test declares more than to the others: their precompiled
# headers do not fit.
function(asyncmysql_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 test "SERVERS;GUI;AUTOMOC" "TIMEOUT" "SOURCES;LAYERS;LINK;LABELS")
    if(test_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "asyncmysql_add_test(${name}): unknown arguments ${test_UNPARSED_ARGUMENTS}")
    endif()
    add_executable(${name} ${name}.cpp ${test_SOURCES})
    if(test_LAYERS)
        asyncmysql_link_layers(${name} ${test_LAYERS})
    else()
        target_link_libraries(${name} PRIVATE AsyncMySql::Core)
    endif()
    target_link_libraries(${name}
        PRIVATE asyncmysql_build_flags asyncmysql_testsupport Qt6::Network Qt6::Test ${test_LINK})
    # What a test does itself needs no speed, and optimizing it takes three times as long to compile.
    if(NOT MSVC)
        target_compile_options(${name} PRIVATE -O0)
    endif()
    if(NOT test_GUI)
        asyncmysql_precompile(${name} test)
    endif()
    # AUTOMOC looks through all headers, and has a file compiled that is empty: for each of the many
    # tests that takes longer than what is needed of it.
    if(NOT test_AUTOMOC)
        set_target_properties(${name} PROPERTIES AUTOMOC OFF)
        qt_generate_moc(${name}.cpp ${name}.moc TARGET ${name})
        target_sources(${name} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/${name}.moc")
        target_include_directories(${name} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
    endif()
    add_test(NAME ${name} COMMAND ${name})
    if(NOT test_TIMEOUT)
        set(test_TIMEOUT 120)
    endif()
    if(test_SERVERS)
        list(APPEND test_LABELS servers)
    endif()
    if("threads" IN_LIST test_LABELS OR "noassertions" IN_LIST test_LABELS)
        if(NOT TARGET threads_tests)
            add_custom_target(threads_tests)
        endif()
        add_dependencies(threads_tests ${name})
    endif()
    # Those that may take long begin first, so that they are not what all others have ended before.
    # Each file of a test has to stand for itself, also where those of the library are compiled together.
    set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
    set_tests_properties(${name} PROPERTIES
        TIMEOUT ${test_TIMEOUT} COST ${test_TIMEOUT} LABELS "${test_LABELS}")
endfunction()
