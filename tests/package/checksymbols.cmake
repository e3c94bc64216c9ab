# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# The shared library exports its public classes, and nothing else. Weak symbols are inline functions
# and templates of headers, which every program that uses them has as well. Values::RowDecoder is
# exported because Row calls it inline.

cmake_minimum_required(VERSION 3.22)

execute_process(COMMAND "${NM}" -DC --defined-only "${LIBRARY}"
    OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE ";" "," symbols "${symbols}")
string(REPLACE "[" "(" symbols "${symbols}")
string(REPLACE "]" ")" symbols "${symbols}")
string(REPLACE "\n" ";" symbols "${symbols}")
set(exported 0)
foreach(symbol IN LISTS symbols)
    if(NOT symbol MATCHES "^[0-9a-f]+ ([TDBRGS]) (.*)$")
        continue()
    endif()
    set(name "${CMAKE_MATCH_2}")
    math(EXPR exported "${exported} + 1")
    if(NOT name MATCHES "AsyncMySql::")
        message(SEND_ERROR "exported, but not ours: ${name}")
    elseif(name MATCHES "^AsyncMySql::Values::RowDecoder::")
        continue()
    elseif(name MATCHES "^AsyncMySql::(Wire|Protocol|Values|Transport)[a-zA-Z]*::")
        message(SEND_ERROR "exported, but internal: ${name}")
    endif()
endforeach()
if(exported LESS 100)
    message(FATAL_ERROR "only ${exported} symbols are exported")
endif()
