# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Public headers include each other, Qt and the standard library, and nothing else.

cmake_minimum_required(VERSION 3.22)

file(GLOB headers "${INCLUDE_DIR}/*.h")
if(NOT headers)
    message(FATAL_ERROR "There are no headers in ${INCLUDE_DIR}")
endif()
string(CONCAT allowed "^#include <"
    "(AsyncMySql/[a-z]+(_impl)?\\.h|Qt(Core|Network)/q[a-z0-9]+\\.h|[a-z_]+)>$")
foreach(header IN LISTS headers)
    file(STRINGS "${header}" includes REGEX "^ *# *include")
    foreach(include IN LISTS includes)
        if(NOT include MATCHES "${allowed}")
            message(SEND_ERROR "${header}: ${include}")
        endif()
    endforeach()
endforeach()
