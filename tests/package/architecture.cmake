# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# What the source code promises to those who read it.

add_test(NAME package_guide COMMAND ${CMAKE_COMMAND}
    "-DTOP_DIR=${PROJECT_SOURCE_DIR}" -P "${CMAKE_CURRENT_SOURCE_DIR}/checkguide.cmake")
add_test(NAME package_sizes COMMAND ${CMAKE_COMMAND}
    "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}/src" -P "${CMAKE_CURRENT_SOURCE_DIR}/checksizes.cmake")
add_test(NAME package_lines COMMAND ${CMAKE_COMMAND}
    "-DTOP_DIR=${PROJECT_SOURCE_DIR}" -DFEWEST_FILES=1000
    -P "${CMAKE_CURRENT_SOURCE_DIR}/checklines.cmake")

# The check finds a line that is too long, also in a script without an extension, and no other.
set(lines_example "${CMAKE_CURRENT_BINARY_DIR}/lines")
string(REPEAT "x" 100 longest)
string(REPEAT "ä" 100 longest_of_others)
file(WRITE "${lines_example}/tests/run" "#!/bin/sh\n# ${longest}\n${longest}\n")
file(WRITE "${lines_example}/tests/lines.txt"
    "${longest}\n${longest_of_others}\n# https://example.org/${longest}\n")
file(WRITE "${lines_example}/README.md" "| ${longest} |\n|---|\n")
add_test(NAME package_lines_example COMMAND ${CMAKE_COMMAND}
    "-DTOP_DIR=${lines_example}" -DFEWEST_FILES=3
    -P "${CMAKE_CURRENT_SOURCE_DIR}/checklines.cmake")
set_tests_properties(package_lines_example PROPERTIES
    PASS_REGULAR_EXPRESSION "tests/run:2: 102 columns"
    FAIL_REGULAR_EXPRESSION "tests/run:3:;lines\\.txt:;README\\.md:;only [0-9]+ files")
