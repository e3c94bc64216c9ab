# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# cmake -DFOLDERS=... -P checkdocscode.cmake
#
# The documentation shows code by \snippet, from files that are compiled, and not by \code.

set(snippets 0)
foreach(folder IN LISTS FOLDERS)
    file(GLOB_RECURSE files "${folder}/*.h" "${folder}/*.cpp" "${folder}/*.qdoc")
    foreach(file IN LISTS files)
        file(STRINGS "${file}" commands REGEX "^[ *]*\\\\(code|snippet)([ {]|$)")
        foreach(command IN LISTS commands)
            if(command MATCHES "\\\\code")
                message(SEND_ERROR "${file}: \\code is not compiled: use \\snippet")
            else()
                math(EXPR snippets "${snippets} + 1")
            endif()
        endforeach()
    endforeach()
endforeach()
if(snippets EQUAL 0)
    message(FATAL_ERROR "The documentation shows no code at all")
endif()
message(STATUS "${snippets} snippets")
