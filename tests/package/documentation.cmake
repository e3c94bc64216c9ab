# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# qdoc reads all comments, and fails at a warning: what is not documented, and links to nothing.
# Users may do without qdoc; the continuous integration may not.
if(TARGET docs AND NOT ASYNCMYSQL_SANITIZE)
    add_test(NAME package_docs COMMAND ${CMAKE_COMMAND}
        --build "${PROJECT_BINARY_DIR}" --target docs)
    set_tests_properties(package_docs PROPERTIES TIMEOUT 240
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
elseif("$ENV{CI}" STREQUAL "true" AND NOT ASYNCMYSQL_SANITIZE)
    message(FATAL_ERROR "qdoc was not found")
endif()
