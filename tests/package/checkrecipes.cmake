# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# cmake -DFOLDER=... -DVERSION=... -DCACHE=... -P checkrecipes.cmake
#
# The recipes of vcpkg and Conan can be read, are of this version, and know all optional libraries
# and parts of the build; nothing else is named in them.

function(expect_equal what actual expected)
    if(NOT actual STREQUAL expected)
        message(SEND_ERROR "${what}: ${actual}, not ${expected}")
    endif()
endfunction()

# Every option of the build that adds a library or a part.
file(STRINGS "${CACHE}" options REGEX "^ASYNCMYSQL_(WITH|BUILD)_[A-Z]+:BOOL=")
list(TRANSFORM options REPLACE ":.*" "")
list(REMOVE_ITEM options
    ASYNCMYSQL_BUILD_TESTS ASYNCMYSQL_BUILD_EXAMPLES ASYNCMYSQL_BUILD_FUZZERS)
list(SORT options)
if(NOT options)
    message(FATAL_ERROR "There are no options in ${CACHE}")
endif()

file(READ "${FOLDER}/vcpkg/asyncmysql/vcpkg.json" port)
string(JSON port_version GET "${port}" version)
expect_equal("vcpkg.json, version" "${port_version}" "${VERSION}")
file(READ "${FOLDER}/vcpkg/asyncmysql/portfile.cmake" portfile)
string(REGEX MATCHALL "[a-z]+ +ASYNCMYSQL_(WITH|BUILD)_[A-Z]+" pairs "${portfile}")
set(port_options)
set(port_features)
foreach(pair IN LISTS pairs)
    string(REGEX REPLACE " .*" "" feature "${pair}")
    string(REGEX REPLACE ".* " "" option "${pair}")
    list(APPEND port_features "${feature}")
    list(APPEND port_options "${option}")
    string(JSON description ERROR_VARIABLE error GET "${port}" features ${feature} description)
    if(error)
        message(SEND_ERROR "vcpkg.json has no feature ${feature}: ${error}")
    endif()
endforeach()
list(SORT port_options)
expect_equal("portfile.cmake, options" "${port_options}" "${options}")
string(JSON count LENGTH "${port}" features)
list(LENGTH port_features known)
expect_equal("vcpkg.json, number of features" "${count}" "${known}")

file(READ "${FOLDER}/conan/conanfile.py" recipe)
string(REGEX MATCH "\n    version = \"([^\"]*)\"" ignored "${recipe}")
expect_equal("conanfile.py, version" "${CMAKE_MATCH_1}" "${VERSION}")
string(REGEX MATCHALL "ASYNCMYSQL_(WITH|BUILD)_[A-Z]+" recipe_options "${recipe}")
list(SORT recipe_options)
expect_equal("conanfile.py, options" "${recipe_options}" "${options}")
find_program(PYTHON NAMES python3)
if(PYTHON)
    execute_process(COMMAND "${PYTHON}" -c
        "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())"
        "${FOLDER}/conan/conanfile.py" RESULT_VARIABLE result)
    expect_equal("conanfile.py, Python" "${result}" "0")
endif()
