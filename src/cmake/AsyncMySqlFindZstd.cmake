# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# libzstd brings a CMake package only where it was built with CMake, and names its targets by how.
# The installed AsyncMySql package includes this file too: a static library passes libzstd on to the
# application that links it.

if(NOT TARGET AsyncMySql::Zstd)
    find_path(ASYNCMYSQL_ZSTD_INCLUDE_DIR zstd.h)
    find_library(ASYNCMYSQL_ZSTD_LIBRARY NAMES zstd zstd_static)
    mark_as_advanced(ASYNCMYSQL_ZSTD_INCLUDE_DIR ASYNCMYSQL_ZSTD_LIBRARY)
    if(ASYNCMYSQL_ZSTD_INCLUDE_DIR AND ASYNCMYSQL_ZSTD_LIBRARY)
        add_library(AsyncMySql::Zstd UNKNOWN IMPORTED)
        set_target_properties(AsyncMySql::Zstd PROPERTIES
            IMPORTED_LOCATION "${ASYNCMYSQL_ZSTD_LIBRARY}"
            INTERFACE_INCLUDE_DIRECTORIES "${ASYNCMYSQL_ZSTD_INCLUDE_DIR}"
        )
    endif()
endif()
