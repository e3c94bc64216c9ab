# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Bundles: executables with several tests, which are compiled as one file.
#
# A test is a short file below the headers of Qt and the library, whose templates take most of the
# time that it is compiled for. A bundle includes them once, and then each of its tests in a
# namespace of its own: their names, and their main(), do not collide. It is called with the name of
# the test to run; each run is a process of its own as before. What a test does not include itself
# shows in the other builds, which have no bundles.

option(ASYNCMYSQL_BUNDLE_TESTS "Compile several tests together, which takes less time" OFF)

set(asyncmysql_tests_per_bundle 10)

# asyncmysql_can_bundle(<file> <variable>): whether nothing in it has to stand in the global
# namespace (the name of a gadget can be shown), or depends on the preprocessor.
function(asyncmysql_can_bundle file variable)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
        "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    string(CONCAT obstacle "^ *#if|^namespace [A-Za-z]|^template *<>|Q_GADGET|Q_NAMESPACE"
        "|Q_DECLARE_METATYPE|Q_INIT_RESOURCE|Q_IMPORT_PLUGIN")
    file(STRINGS ${file} obstacles REGEX "${obstacle}")
    file(STRINGS ${file} main REGEX "^QTEST_[A-Z]*_?MAIN\\(")
    if(main AND NOT obstacles)
        set(${variable} TRUE PARENT_SCOPE)
    else()
        set(${variable} FALSE PARENT_SCOPE)
    endif()
endfunction()

# asyncmysql_test_command(<name> <variable>): sets it to what runs the test.
function(asyncmysql_test_command name variable)
    get_property(bundle DIRECTORY PROPERTY asyncmysql_bundle_of_${name})
    if(bundle)
        set(${variable} ${bundle} ${name} PARENT_SCOPE)
    else()
        set(${variable} ${name} PARENT_SCOPE)
    endif()
endfunction()

# asyncmysql_add_to_bundle(<name> <in_threads_tests> <layers> <link>): to the last one of the folder
# with the same arguments, unless that one is full.
function(asyncmysql_add_to_bundle name in_threads_tests layers link)
    get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
    string(MD5 key "${in_threads_tests}|${layers}|${link}")
    get_property(bundle DIRECTORY PROPERTY asyncmysql_last_bundle_${key})
    if(bundle)
        get_property(tests DIRECTORY PROPERTY asyncmysql_tests_of_${bundle})
        list(LENGTH tests count)
    endif()
    if(NOT bundle OR NOT count LESS asyncmysql_tests_per_bundle)
        get_property(bundles DIRECTORY PROPERTY asyncmysql_bundles)
        list(LENGTH bundles number)
        if(number EQUAL 0)
            cmake_language(DEFER CALL asyncmysql_define_bundles)
        endif()
        math(EXPR number "${number} + 1")
        set(bundle tests_${folder}_${number})
        set_property(DIRECTORY APPEND PROPERTY asyncmysql_bundles ${bundle})
        set_property(DIRECTORY PROPERTY asyncmysql_last_bundle_${key} ${bundle})
        foreach(what IN ITEMS in_threads_tests layers link)
            set_property(DIRECTORY PROPERTY asyncmysql_${what}_of_${bundle} "${${what}}")
        endforeach()
    endif()
    set_property(DIRECTORY APPEND PROPERTY asyncmysql_tests_of_${bundle} ${name})
    set_property(DIRECTORY PROPERTY asyncmysql_bundle_of_${name} ${bundle})
endfunction()

# At the end of the folder, when it is known what belongs to each.
function(asyncmysql_define_bundles)
    get_property(bundles DIRECTORY PROPERTY asyncmysql_bundles)
    foreach(bundle IN LISTS bundles)
        foreach(what IN ITEMS tests in_threads_tests layers link)
            get_property(${what} DIRECTORY PROPERTY asyncmysql_${what}_of_${bundle})
        endforeach()
        asyncmysql_write_bundle(${bundle} "${tests}")
        add_executable(${bundle} "${CMAKE_CURRENT_BINARY_DIR}/${bundle}.cpp")
        asyncmysql_set_up_test(${bundle} "${layers}" "${link}")
        asyncmysql_precompile(${bundle} test)
        target_include_directories(${bundle} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
        # For GCC, the tests are headers now, whose classes should not depend on what is different
        # in each file.
        target_compile_options(${bundle} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
        foreach(test IN LISTS tests)
            asyncmysql_moc_test(${bundle} ${test})
        endforeach()
        if(in_threads_tests)
            asyncmysql_add_to_threads_tests(${bundle})
        endif()
    endforeach()
endfunction()

# asyncmysql_write_bundle(<bundle> <tests>): its source.
function(asyncmysql_write_bundle bundle tests)
    set(includes)
    set(bodies)
    set(table)
    foreach(test IN LISTS tests)
        file(STRINGS ${test}.cpp lines REGEX "^#include ")
        list(REMOVE_ITEM lines "#include \"${test}.moc\"")
        list(APPEND includes ${lines})
        string(APPEND bodies "namespace bundled_${test} {\n#include \"${test}.cpp\"\n}\n")
        file(STRINGS ${test}.cpp macros REGEX "^#define ")
        foreach(macro IN LISTS macros)
            string(REGEX REPLACE "^#define +([A-Za-z0-9_]+).*" "#undef \\1\n"
                undefinition "${macro}")
            string(APPEND bodies "${undefinition}")
        endforeach()
        string(APPEND table "    {\"${test}\", bundled_${test}::main},\n")
    endforeach()
    list(REMOVE_DUPLICATES includes)
    string(JOIN "\n" includes ${includes})
    configure_file("${PROJECT_SOURCE_DIR}/tests/cmake/bundle.cpp.in" "${bundle}.cpp" @ONLY)
endfunction()
