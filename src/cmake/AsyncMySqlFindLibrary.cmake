# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# asyncmysql_find_library(<Name> <header> <library name>...): defines the target AsyncMySql::<Name>
# if the library is there. For those that bring no CMake package on most systems. The installed
# AsyncMySql package includes this file too: a static library passes its libraries on to the
# application that links it.
function(asyncmysql_find_library name header)
    if(TARGET AsyncMySql::${name})
        return()
    endif()
    string(TOUPPER "ASYNCMYSQL_${name}" prefix)
    find_path(${prefix}_INCLUDE_DIR ${header})
    find_library(${prefix}_LIBRARY NAMES ${ARGN})
    mark_as_advanced(${prefix}_INCLUDE_DIR ${prefix}_LIBRARY)
    if(${prefix}_INCLUDE_DIR AND ${prefix}_LIBRARY)
        add_library(AsyncMySql::${name} UNKNOWN IMPORTED)
        set_target_properties(AsyncMySql::${name} PROPERTIES
            IMPORTED_LOCATION "${${prefix}_LIBRARY}"
            INTERFACE_INCLUDE_DIRECTORIES "${${prefix}_INCLUDE_DIR}"
        )
    endif()
endfunction()
