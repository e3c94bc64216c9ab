# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# src/README.md, the guide to the source code, names what exists:
#   `Class::function()` (`folder/file.cpp`)   is defined in that file below src/; so is `function()` with a file
#   `Class::function()`                       is defined in a file with the name of the class
#   `folder/file.cpp`, `folder/file.h`        exists below src/, or below the top folder
#   `tst_subject`                             is a test
# Each layer has a row in the table of the layers.

cmake_minimum_required(VERSION 3.22)

file(READ "${TOP_DIR}/src/README.md" guide)
# Characters with a meaning in CMake's lists.
string(REPLACE ";" "," guide "${guide}")
string(REPLACE "[" "(" guide "${guide}")
string(REPLACE "]" ")" guide "${guide}")

set(path "[a-z0-9_/]+\\.cpp")
set(reference "`([A-Za-z0-9]+(::[A-Za-z0-9_]+)?)\\(\\)`( \\(`(${path})`\\))?")
file(GLOB_RECURSE sources RELATIVE "${TOP_DIR}/src" "${TOP_DIR}/src/*.cpp")
string(REGEX MATCHALL "${reference}" references "${guide}")
set(checked 0)
foreach(match IN LISTS references)
    string(REGEX REPLACE "^`([A-Za-z0-9:_]+).*$" "\\1" function "${match}")
    set(file "a file of its class")
    if(match MATCHES "\\(`(${path})`\\)$")
        set(file "${CMAKE_MATCH_1}")
        set(candidates "${file}")
    elseif(function MATCHES "^([A-Z][A-Za-z0-9]*)::")
        string(TOLOWER "${CMAKE_MATCH_1}" class)
        set(candidates "${sources}")
        list(FILTER candidates INCLUDE REGEX "/${class}(_[a-z]+)?\\.cpp$")
    else()
        continue() # of the class that the text is about
    endif()
    math(EXPR checked "${checked} + 1")
    set(is_defined FALSE)
    foreach(candidate IN LISTS candidates)
        if(EXISTS "${TOP_DIR}/src/${candidate}")
            file(READ "${TOP_DIR}/src/${candidate}" text)
            if(text MATCHES "\n([A-Za-z][^\n]*[ *&])?${function}\\(")
                set(is_defined TRUE)
            endif()
        endif()
    endforeach()
    if(NOT is_defined)
        message(SEND_ERROR "src/README.md: ${function}() is not in ${file}")
    endif()
endforeach()
if(checked LESS 10)
    message(FATAL_ERROR "only ${checked} functions are named in src/README.md")
endif()

string(REGEX MATCHALL "`[a-z0-9_]+/[a-z0-9_/]+\\.(cpp|h|cmake|txt)`" files "${guide}")
list(REMOVE_DUPLICATES files)
foreach(file IN LISTS files)
    string(REPLACE "`" "" file "${file}")
    if(NOT EXISTS "${TOP_DIR}/src/${file}" AND NOT EXISTS "${TOP_DIR}/${file}")
        message(SEND_ERROR "src/README.md: there is no ${file}")
    endif()
endforeach()

file(GLOB_RECURSE tests RELATIVE "${TOP_DIR}/tests" "${TOP_DIR}/tests/tst_*")
list(TRANSFORM tests REPLACE "^.*/(tst_[a-z0-9_]+)\\..*$" "\\1")
string(REGEX MATCHALL "`tst_[a-z0-9_]+`" named_tests "${guide}")
list(REMOVE_DUPLICATES named_tests)
foreach(name IN LISTS named_tests)
    string(REPLACE "`" "" name "${name}")
    if(NOT name IN_LIST tests)
        message(SEND_ERROR "src/README.md: there is no test ${name}")
    endif()
endforeach()

file(GLOB_RECURSE lists RELATIVE "${TOP_DIR}/src" "${TOP_DIR}/src/*/CMakeLists.txt")
foreach(list IN LISTS lists)
    file(STRINGS "${TOP_DIR}/src/${list}" layers REGEX "^asyncmysql_add_layer")
    get_filename_component(folder "${list}" DIRECTORY)
    if(layers AND NOT guide MATCHES "\n\\| `${folder}/` \\|")
        message(SEND_ERROR "src/README.md: the table of the layers lacks ${folder}/")
    endif()
endforeach()
