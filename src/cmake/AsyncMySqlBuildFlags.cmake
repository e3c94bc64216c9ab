# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# asyncmysql_build_flags: an interface target with what every target of this project is built with.
# It is linked privately, so nothing of it reaches the users of the library.

add_library(asyncmysql_build_flags INTERFACE)
target_compile_features(asyncmysql_build_flags INTERFACE cxx_std_20)
target_compile_definitions(asyncmysql_build_flags INTERFACE
    QT_NO_KEYWORDS
    QT_NO_CAST_FROM_ASCII
    QT_NO_CAST_TO_ASCII
    QT_NO_CONTEXTLESS_CONNECT
    QT_NO_FOREACH
    QT_DISABLE_DEPRECATED_BEFORE=0x060400
)

if(MSVC)
    target_compile_options(asyncmysql_build_flags INTERFACE /W4 /utf-8)
    if(ASYNCMYSQL_WERROR)
        target_compile_options(asyncmysql_build_flags INTERFACE /WX)
    endif()
else()
    target_compile_options(asyncmysql_build_flags INTERFACE
        -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
        -Woverloaded-virtual
    )
    # Where many files are compiled as one, what one of them has for itself is visible in the
    # others.
    if(NOT CMAKE_UNITY_BUILD)
        target_compile_options(asyncmysql_build_flags INTERFACE -Wshadow)
    endif()
    if(ASYNCMYSQL_WERROR)
        target_compile_options(asyncmysql_build_flags INTERFACE -Werror)
    endif()
endif()

if(ASYNCMYSQL_SANITIZE)
    list(JOIN ASYNCMYSQL_SANITIZE "," sanitizers)
    target_compile_options(asyncmysql_build_flags INTERFACE
        -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(asyncmysql_build_flags INTERFACE -fsanitize=${sanitizers})
endif()
# What is fuzzed counts its branches for libFuzzer; everything is linked with what it counts into,
# and the fuzz targets add libFuzzer's main() themselves.
add_library(asyncmysql_fuzzing_flags INTERFACE)
if(ASYNCMYSQL_BUILD_FUZZERS)
    target_compile_options(asyncmysql_fuzzing_flags INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(asyncmysql_build_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(ASYNCMYSQL_COVERAGE)
    target_compile_options(asyncmysql_build_flags INTERFACE --coverage)
    target_link_options(asyncmysql_build_flags INTERFACE --coverage)
endif()
