# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# What one reader can hold in mind: no folder of SOURCE_DIR has more than 40 files, and no class
# more than 500 lines in all its .cpp files together, its documentation apart. A file is taken to be
# of the class that most of its functions belong to.

cmake_minimum_required(VERSION 3.22)

set(most_files 40)
set(most_lines 500)

# Those that are larger, up to which size, and why.
set(larger_folders)
set(larger_classes
    "ConnectionOptions=735: one value with seventy settings, each with a short getter and setter"
    "Session=550: the phases of one session, each of which leads to the next"
)

# asyncmysql_limit_of(<name> <usual limit> <exceptions> <variable>)
function(asyncmysql_limit_of name usual exceptions variable)
    set(limit "${usual}")
    foreach(exception IN LISTS ${exceptions})
        if(exception MATCHES "^${name}=([0-9]+): ")
            set(limit "${CMAKE_MATCH_1}")
        endif()
    endforeach()
    set(${variable} "${limit}" PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE sources RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/*.cpp")
# What the documentation shows stands in one class, and is no part of the library.
list(FILTER sources EXCLUDE REGEX "^doc/snippets/")
list(LENGTH sources count)
if(count LESS 100)
    message(FATAL_ERROR "only ${count} source files in ${SOURCE_DIR}")
endif()

file(GLOB_RECURSE entries LIST_DIRECTORIES true RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/*")
foreach(folder IN LISTS entries)
    if(NOT IS_DIRECTORY "${SOURCE_DIR}/${folder}")
        continue()
    endif()
    file(GLOB files LIST_DIRECTORIES false
        RELATIVE "${SOURCE_DIR}/${folder}" "${SOURCE_DIR}/${folder}/*")
    list(REMOVE_ITEM files CMakeLists.txt)
    list(LENGTH files count)
    asyncmysql_limit_of("${folder}" ${most_files} larger_folders limit)
    if(count GREATER limit)
        message(SEND_ERROR "${folder}: ${count} files, and ${limit} are allowed")
    endif()
endforeach()

string(CONCAT definition "\n([A-Za-z_][A-Za-z0-9_:<>,&* ]*[ *&])?"
    "([A-Z][A-Za-z0-9]*)::([a-z_]+::)?~?[A-Za-z0-9_]+\\(")
set(classes)
foreach(source IN LISTS sources)
    file(READ "${SOURCE_DIR}/${source}" text)
    while(TRUE)
        string(FIND "${text}" "/*!" begin)
        if(begin EQUAL -1)
            break()
        endif()
        string(SUBSTRING "${text}" 0 ${begin} before)
        string(SUBSTRING "${text}" ${begin} -1 text)
        string(FIND "${text}" "*/" end)
        math(EXPR end "${end} + 2")
        string(SUBSTRING "${text}" ${end} -1 text)
        string(PREPEND text "${before}")
    endwhile()
    string(REGEX MATCHALL "${definition}" matches "${text}")
    set(owner "")
    set(most 0)
    foreach(match IN LISTS matches)
        string(REGEX REPLACE "${definition}" "\\2" class "${match}")
        if(NOT DEFINED functions_${class})
            set(functions_${class} 0)
        endif()
        math(EXPR functions_${class} "${functions_${class}} + 1")
        if(functions_${class} GREATER most)
            set(most ${functions_${class}})
            set(owner "${class}")
        endif()
    endforeach()
    foreach(match IN LISTS matches)
        string(REGEX REPLACE "${definition}" "\\2" class "${match}")
        unset(functions_${class})
    endforeach()
    if(NOT owner)
        continue()
    endif()
    string(REGEX REPLACE "[^\n]" "" lines "${text}")
    string(LENGTH "${lines}" lines)
    if(NOT owner IN_LIST classes)
        list(APPEND classes "${owner}")
        set(lines_${owner} 0)
    endif()
    math(EXPR lines_${owner} "${lines_${owner}} + ${lines}")
    list(APPEND files_${owner} "${source}")
endforeach()

list(LENGTH classes count)
if(count LESS 50)
    message(FATAL_ERROR "only ${count} classes were found in ${SOURCE_DIR}")
endif()
foreach(class IN LISTS classes)
    asyncmysql_limit_of("${class}" ${most_lines} larger_classes limit)
    if(lines_${class} GREATER limit)
        message(SEND_ERROR "${class}: ${lines_${class}} lines, and ${limit} are allowed: "
            "${files_${class}}")
    endif()
endforeach()
