# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# asyncmysql_add_test(<name> [SOURCES <file>...] [LAYERS <name>...] [LINK <target>...]
#                     [DEFINITIONS <definition>...] [LABELS <label>...] [TIMEOUT <seconds>]
#                     [SERVERS|CLUSTERS] [GUI] [AUTOMOC])
#
# Defines the Qt Test executable <name> from <name>.cpp and SOURCES, and registers it with CTest.
# LAYERS links the objects of these layers, for tests of what the library hides; without LAYERS the
# test links AsyncMySql::Core, as an application does. SERVERS marks a test that needs the servers
# which tests/run provides: it is labelled "servers" and reads ASYNCMYSQL_TEST_SERVERS. CLUSTERS is
# the same for clusters, of which each gets a test of its own; see Clusters.cmake. Tests that
# are labelled "threads" are what the thread sanitizer is for, and those labelled "noassertions"
# have more to test where there are no assertions; the target threads_tests builds both.
# AUTOMOC marks a test that has classes for moc in SOURCES, too, and not in <name>.cpp alone.
# GUI marks a test that links Qt GUI, to which Qt Test declares more than to the others: their
# precompiled headers do not fit.
#
# With ASYNCMYSQL_BUNDLE_TESTS, tests of one folder that are built alike share executables: see
# TestBundles.cmake.
# Use asyncmysql_test_command(<name> <variable>) to register such a test once more.

include("${CMAKE_CURRENT_LIST_DIR}/TestBundles.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/Clusters.cmake")

function(asyncmysql_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 test "SERVERS;CLUSTERS;GUI;AUTOMOC" "TIMEOUT"
        "SOURCES;LAYERS;LINK;LABELS;DEFINITIONS")
    if(test_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR
            "asyncmysql_add_test(${name}): unknown arguments ${test_UNPARSED_ARGUMENTS}")
    endif()
    set(can_bundle FALSE)
    if(ASYNCMYSQL_BUNDLE_TESTS AND NOT test_SOURCES AND NOT test_DEFINITIONS AND NOT test_GUI
        AND NOT test_AUTOMOC)
        asyncmysql_can_bundle(${name}.cpp can_bundle)
    endif()
    set(in_threads_tests FALSE)
    if("threads" IN_LIST test_LABELS OR "noassertions" IN_LIST test_LABELS)
        set(in_threads_tests TRUE)
    endif()
    if(can_bundle)
        asyncmysql_add_to_bundle(${name} "${in_threads_tests}" "${test_LAYERS}" "${test_LINK}")
    else()
        add_executable(${name} ${name}.cpp ${test_SOURCES})
        asyncmysql_set_up_test(${name} "${test_LAYERS}" "${test_LINK}")
        target_compile_definitions(${name} PRIVATE ${test_DEFINITIONS})
        if(NOT test_GUI)
            asyncmysql_precompile(${name} test)
        endif()
        # AUTOMOC looks through all headers, and has a file compiled that is empty: for each of the
        # many tests that takes longer than what is needed of it.
        if(NOT test_AUTOMOC)
            asyncmysql_moc_test(${name} ${name} TARGET ${name})
        endif()
        if(in_threads_tests)
            asyncmysql_add_to_threads_tests(${name})
        endif()
    endif()
    if(NOT test_TIMEOUT)
        set(test_TIMEOUT 120)
    endif()
    if(test_CLUSTERS)
        asyncmysql_add_cluster_tests(${name} ${test_TIMEOUT})
        return()
    endif()
    asyncmysql_test_command(${name} command)
    add_test(NAME ${name} COMMAND ${command})
    if(test_SERVERS)
        list(APPEND test_LABELS servers)
    endif()
    # Those that may take long begin first, so that they are not what all others have ended before.
    set_tests_properties(${name} PROPERTIES
        TIMEOUT ${test_TIMEOUT} COST ${test_TIMEOUT} LABELS "${test_LABELS}")
endfunction()

# asyncmysql_set_up_test(<target> <layers> <link>): what every executable of tests is built with.
function(asyncmysql_set_up_test target layers link)
    if(layers)
        asyncmysql_link_layers(${target} ${layers})
    else()
        target_link_libraries(${target} PRIVATE AsyncMySql::Core)
    endif()
    target_link_libraries(${target}
        PRIVATE asyncmysql_build_flags asyncmysql_testsupport Qt6::Network Qt6::Test ${link})
    # What a test does itself needs no speed, and optimizing it takes three times as long to
    # compile.
    if(NOT MSVC)
        target_compile_options(${target} PRIVATE -O0)
    endif()
    # Each file of a test has to stand for itself, also where those of the library are compiled
    # together.
    set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
endfunction()

# asyncmysql_moc_test(<target> <name> [TARGET <target>]): makes <name>.moc, which <name>.cpp
# includes at its end. With TARGET, moc reads the headers, too, which takes it twenty times as long:
# for what depends on the preprocessor.
function(asyncmysql_moc_test target name)
    set_target_properties(${target} PROPERTIES AUTOMOC OFF)
    qt_generate_moc(${name}.cpp ${name}.moc ${ARGN})
    target_sources(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/${name}.moc")
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
endfunction()

function(asyncmysql_add_to_threads_tests target)
    if(NOT TARGET threads_tests)
        add_custom_target(threads_tests)
    endif()
    add_dependencies(threads_tests ${target})
endfunction()
