# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# bench_boost, where there is a Boost from 1.85 on, whose Boost.MySQL has a pool of connections: in
# the system's folders, or in that which ASYNCMYSQL_BENCHMARK_BOOST names, as it was unpacked or
# installed there. Boost.MySQL needs Boost.Charconv, the one part that is no header; where it was
# not built, its sources are compiled.

set(ASYNCMYSQL_BENCHMARK_BOOST "" CACHE PATH
    "A folder with Boost from 1.85 on, to compare with in benchmarks")
find_path(ASYNCMYSQL_BOOST_INCLUDE_DIR boost/mysql/connection_pool.hpp
    HINTS "${ASYNCMYSQL_BENCHMARK_BOOST}" PATH_SUFFIXES include .)
find_library(ASYNCMYSQL_BOOST_CHARCONV_LIBRARY boost_charconv HINTS "${ASYNCMYSQL_BENCHMARK_BOOST}")
find_path(ASYNCMYSQL_BOOST_CHARCONV_SOURCE_DIR from_chars.cpp
    HINTS "${ASYNCMYSQL_BENCHMARK_BOOST}/libs/charconv/src" NO_DEFAULT_PATH)
mark_as_advanced(ASYNCMYSQL_BENCHMARK_BOOST ASYNCMYSQL_BOOST_INCLUDE_DIR
    ASYNCMYSQL_BOOST_CHARCONV_LIBRARY ASYNCMYSQL_BOOST_CHARCONV_SOURCE_DIR)
find_package(OpenSSL QUIET)
if(NOT ASYNCMYSQL_BOOST_INCLUDE_DIR OR NOT TARGET OpenSSL::SSL
    OR NOT (ASYNCMYSQL_BOOST_CHARCONV_LIBRARY OR ASYNCMYSQL_BOOST_CHARCONV_SOURCE_DIR))
    message(STATUS "Benchmarks: no comparison with Boost.MySQL (see ASYNCMYSQL_BENCHMARK_BOOST)")
    return()
endif()

# Theirs, not ours to warn of.
set(target asyncmysql_bench_boost_library)
add_library(${target} STATIC boost/library.cpp)
set_target_properties(${target} PROPERTIES AUTOMOC OFF UNITY_BUILD OFF)
target_compile_features(${target} PUBLIC cxx_std_20)
target_include_directories(${target} SYSTEM PUBLIC "${ASYNCMYSQL_BOOST_INCLUDE_DIR}")
target_compile_definitions(${target} PUBLIC
    BOOST_ALL_NO_LIB
    BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_SEPARATE_COMPILATION
    BOOST_MYSQL_SEPARATE_COMPILATION)
target_link_libraries(${target} PUBLIC OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
if(ASYNCMYSQL_BOOST_CHARCONV_LIBRARY)
    target_link_libraries(${target} PUBLIC "${ASYNCMYSQL_BOOST_CHARCONV_LIBRARY}")
else()
    target_sources(${target} PRIVATE
        "${ASYNCMYSQL_BOOST_CHARCONV_SOURCE_DIR}/from_chars.cpp"
        "${ASYNCMYSQL_BOOST_CHARCONV_SOURCE_DIR}/to_chars.cpp")
endif()

asyncmysql_add_benchmark(boost
    SOURCES connecting.cpp main.cpp pools.cpp queries.cpp session.cpp session.h workloads.h
    LINK ${target})
set_target_properties(bench_boost PROPERTIES UNITY_BUILD OFF)
