# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# src/README.md, the guide to the source code, names what exists:
#   `Class::function()` (`folder/file.cpp`)   is defined in that file below src/; so is
#                                             `function()` with a file
#   `Class::function()`                       is defined in a file with the name of the class
#   `folder/file.cpp`, `folder/file.h`        exists below src/, or below the top folder
#   `tst_subject`                             is a test
# Each layer has a row in the table of the layers. The journey of a statement has no more hops, and
# leads through no more files, than somebody can follow.

cmake_minimum_required(VERSION 3.22)

set(most_hops 22)
set(most_files 10)

file(READ "${TOP_DIR}/src/README.md" guide)
# Characters with a meaning in CMake's lists.
string(REPLACE ";" "," guide "${guide}")
string(REPLACE "[" "(" guide "${guide}")
string(REPLACE "]" ")" guide "${guide}")

set(path "[a-z0-9_/]+\\.cpp")
set(reference "`([A-Za-z0-9]+(::[A-Za-z0-9_]+)?)\\(\\)`( \\(`(${path})`\\))?")
file(GLOB_RECURSE sources RELATIVE "${TOP_DIR}/src" "${TOP_DIR}/src/*.cpp")

# find_definition(<reference> <variable>): sets it to the file; to nothing for a function of the
# class that the text is about, and to NOTFOUND where it is not defined.
function(find_definition match variable)
    string(REGEX REPLACE "^`([A-Za-z0-9:_]+).*$" "\\1" function "${match}")
    if(match MATCHES "\\(`(${path})`\\)$")
        set(candidates "${CMAKE_MATCH_1}")
    elseif(function MATCHES "^([A-Z][A-Za-z0-9]*)::")
        string(TOLOWER "${CMAKE_MATCH_1}" class)
        set(candidates "${sources}")
        list(FILTER candidates INCLUDE REGEX "/${class}(_[a-z]+)?\\.cpp$")
    else()
        set(${variable} "" PARENT_SCOPE)
        return()
    endif()
    set(${variable} "NOTFOUND" PARENT_SCOPE)
    foreach(candidate IN LISTS candidates)
        if(EXISTS "${TOP_DIR}/src/${candidate}")
            file(READ "${TOP_DIR}/src/${candidate}" text)
            if(text MATCHES "\n([A-Za-z][^\n]*[ *&])?${function}\\(")
                set(${variable} "${candidate}" PARENT_SCOPE)
            endif()
        endif()
    endforeach()
endfunction()

string(REGEX MATCHALL "${reference}" references "${guide}")
set(checked 0)
foreach(match IN LISTS references)
    find_definition("${match}" file)
    if(file STREQUAL "NOTFOUND")
        message(SEND_ERROR "src/README.md: there is no ${match}")
    elseif(file)
        math(EXPR checked "${checked} + 1")
    endif()
endforeach()
if(checked LESS 20)
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

set(begin "\n## The journey of a statement\n")
string(FIND "${guide}" "${begin}" position)
if(position EQUAL -1)
    message(FATAL_ERROR "src/README.md has no journey of a statement")
endif()
string(SUBSTRING "${guide}" ${position} -1 journey)
string(REPLACE "${begin}" "" journey "${journey}")
string(REGEX REPLACE "\n## .*$" "" journey "${journey}")
string(REGEX MATCHALL "\n *[0-9]+\\. ${reference}" hops "${journey}")
set(files)
foreach(hop IN LISTS hops)
    string(REGEX REPLACE "^\n *[0-9]+\\. " "" match "${hop}")
    find_definition("${match}" file)
    list(APPEND files "${file}")
endforeach()
list(LENGTH hops hop_count)
list(REMOVE_DUPLICATES files)
list(LENGTH files file_count)
string(REGEX MATCHALL "\n *[0-9]+\\. " numbers "${journey}")
list(LENGTH numbers number_count)
if(NOT hop_count EQUAL number_count OR hop_count EQUAL 0)
    message(SEND_ERROR "src/README.md: of ${number_count} hops, ${hop_count} begin with a function")
endif()
if(hop_count GREATER most_hops OR file_count GREATER most_files)
    message(SEND_ERROR
        "src/README.md: a statement's journey has ${hop_count} hops in ${file_count} files; "
        "${most_hops} and ${most_files} are allowed")
endif()
message(STATUS "${hop_count} hops in ${file_count} files")
