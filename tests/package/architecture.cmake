# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# What the source code promises to those who read it.

add_test(NAME package_guide COMMAND ${CMAKE_COMMAND}
    "-DTOP_DIR=${PROJECT_SOURCE_DIR}" -P "${CMAKE_CURRENT_SOURCE_DIR}/checkguide.cmake")
add_test(NAME package_sizes COMMAND ${CMAKE_COMMAND}
    "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}/src" -P "${CMAKE_CURRENT_SOURCE_DIR}/checksizes.cmake")
