# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# pkg-config's description of a library, for build systems other than CMake.

# asyncmysql_install_pkg_config(<name> <description> <target>...): installs AsyncMySql<name>.pc,
# which leads to the libraries <target>... as well. The paths in it begin at its own folder, so that
# the installation can be moved.
function(asyncmysql_install_pkg_config name description)
    # Where the library is called other than its target, there is no pkg-config either.
    if(MSVC)
        return()
    endif()
    set(pkg_config_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
    file(RELATIVE_PATH prefix "/${pkg_config_dir}" "/")
    string(REGEX REPLACE "/$" "" prefix "${prefix}")

    # Qt6::Core is Qt6Core there.
    list(TRANSFORM ARGN REPLACE "::" "")
    list(JOIN ARGN " " requires)
    set(private_requires)
    set(flags)
    if(NOT BUILD_SHARED_LIBS)
        set(flags " -DASYNCMYSQL_STATIC")
        foreach(library IN ITEMS OPENSSL:libcrypto SODIUM:libsodium ZLIB:zlib ZSTD:libzstd)
            string(REPLACE ":" ";" library "${library}")
            list(GET library 0 option)
            list(GET library 1 package)
            if(ASYNCMYSQL_HAVE_${option})
                list(APPEND private_requires ${package})
            endif()
        endforeach()
    endif()
    list(JOIN private_requires " " private_requires)

    configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/AsyncMySql.pc.in"
        "${PROJECT_BINARY_DIR}/AsyncMySql${name}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/AsyncMySql${name}.pc" DESTINATION "${pkg_config_dir}"
        COMPONENT asyncmysql_devel)
endfunction()
