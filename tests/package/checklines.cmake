# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# No line of a text file is longer than 100 columns. What cannot be broken is exempt: rows of tables
# in Markdown, and addresses that have a line to themselves.
#
# cmake -DTOP_DIR=<folder> -DFEWEST_FILES=<number> -P checklines.cmake

cmake_minimum_required(VERSION 3.22)

set(columns 100)

# Pictures, what tools write (corpora, translations, builds, leftovers of editors), and a table the
# lines of which are its rows.
string(CONCAT exempt "\\.(png|ts|orig|rej|swp|user)$|~$|/\\.DS_Store$|/build[^/]*/"
    "|^tests/fuzz/corpus/|^tests/benchmarks/workloads\\.txt$")

file(GLOB files LIST_DIRECTORIES false RELATIVE "${TOP_DIR}"
    "${TOP_DIR}/*.md" "${TOP_DIR}/*.txt" "${TOP_DIR}/LICENSE" "${TOP_DIR}/CMakePresets.json"
    "${TOP_DIR}/.clang-*" "${TOP_DIR}/.editorconfig" "${TOP_DIR}/.git*"
    "${TOP_DIR}/.pre-commit-config.yaml")
foreach(folder .ci .github examples include src tests)
    file(GLOB_RECURSE more LIST_DIRECTORIES false RELATIVE "${TOP_DIR}"
        "${TOP_DIR}/${folder}/*" "${TOP_DIR}/${folder}/.*")
    list(APPEND files ${more})
endforeach()
list(FILTER files EXCLUDE REGEX "${exempt}")
list(REMOVE_DUPLICATES files)
list(LENGTH files count)
if(count LESS FEWEST_FILES)
    message(FATAL_ERROR "only ${count} files in ${TOP_DIR}")
endif()

# A character takes one column, however many bytes it has: those that continue it do not count.
string(ASCII 128 first)
string(ASCII 191 last)
set(continuation "[${first}-${last}]+")
string(REPEAT "[^\n]" ${columns} line)

foreach(file IN LISTS files)
    file(READ "${TOP_DIR}/${file}" text)
    # Characters with a meaning in CMake's lists.
    string(REPLACE ";" "," text "\n${text}")
    string(REPLACE "[" "(" text "${text}")
    string(REPLACE "]" ")" text "${text}")
    string(REPLACE "\\" "/" text "${text}")
    string(REGEX REPLACE "${continuation}" "" text "${text}")
    # It is searched for line by line only where there is one.
    if(NOT text MATCHES "\n${line}[^\n]")
        continue()
    endif()
    string(REGEX MATCHALL "\n[^\n]*" lines "${text}")
    set(number 0)
    foreach(content IN LISTS lines)
        math(EXPR number "${number} + 1")
        if(NOT content MATCHES "^\n${line}[^\n]"
            OR (file MATCHES "\\.md$" AND content MATCHES "^\n\\|")
            OR content MATCHES "^\n[ /#*]*https?://[^ ]*$")
            continue()
        endif()
        string(LENGTH "${content}" length)
        math(EXPR length "${length} - 1")
        message(SEND_ERROR "${file}:${number}: ${length} columns, and ${columns} are allowed")
    endforeach()
endforeach()
message(STATUS "${count} files")
