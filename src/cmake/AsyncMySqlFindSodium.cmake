# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# libsodium ships no CMake package on most systems. The installed AsyncMySql package includes this
# file too: a static library passes libsodium on to the application that links it.

if(NOT TARGET AsyncMySql::Sodium)
    find_path(ASYNCMYSQL_SODIUM_INCLUDE_DIR sodium.h)
    find_library(ASYNCMYSQL_SODIUM_LIBRARY NAMES sodium libsodium)
    mark_as_advanced(ASYNCMYSQL_SODIUM_INCLUDE_DIR ASYNCMYSQL_SODIUM_LIBRARY)
    if(ASYNCMYSQL_SODIUM_INCLUDE_DIR AND ASYNCMYSQL_SODIUM_LIBRARY)
        add_library(AsyncMySql::Sodium UNKNOWN IMPORTED)
        set_target_properties(AsyncMySql::Sodium PROPERTIES
            IMPORTED_LOCATION "${ASYNCMYSQL_SODIUM_LIBRARY}"
            INTERFACE_INCLUDE_DIRECTORIES "${ASYNCMYSQL_SODIUM_INCLUDE_DIR}"
        )
    endif()
endif()
