# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Builds the README's program with a bare line of the compiler and what pkg-config says of the
# installed library, and runs it.

cmake_minimum_required(VERSION 3.22)

# Where libraries are differs; the folder that is found is the prefix's own.
file(GLOB_RECURSE description "${PREFIX}/AsyncMySqlCore.pc")
if(NOT description)
    message(FATAL_ERROR "there is no AsyncMySqlCore.pc below ${PREFIX}")
endif()
get_filename_component(folder "${description}" DIRECTORY)
get_filename_component(libraries "${folder}" DIRECTORY)
set(ENV{PKG_CONFIG_PATH} "${folder}")
set(ENV{LD_LIBRARY_PATH} "${libraries}")
set(options --cflags --libs)
if(STATIC)
    list(PREPEND options --static)
endif()
execute_process(COMMAND "${PKG_CONFIG}" ${options} AsyncMySqlCore
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(flags UNIX_COMMAND "${flags}")
execute_process(COMMAND "${CXX}" -std=c++17 -fPIC "${SOURCE}" ${CXX_FLAGS} ${flags} -o "${PROGRAM}"
    COMMAND_ERROR_IS_FATAL ANY)
# It finds no server, and says so.
execute_process(COMMAND "${PROGRAM}" ${ARGUMENTS})
