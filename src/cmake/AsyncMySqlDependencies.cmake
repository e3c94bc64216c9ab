# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Optional libraries. What is missing is named in the summary, and again in the error a user gets
# when a server asks for it.

option(ASYNCMYSQL_WITH_OPENSSL "Use OpenSSL for the RSA step of the SHA-256 authentication plugins" ON)
option(ASYNCMYSQL_WITH_SODIUM "Use libsodium for client_ed25519 and parsec" ON)

set(ASYNCMYSQL_HAVE_OPENSSL OFF)
if(ASYNCMYSQL_WITH_OPENSSL)
    find_package(OpenSSL 1.1.1 QUIET COMPONENTS Crypto)
    if(TARGET OpenSSL::Crypto)
        set(ASYNCMYSQL_HAVE_OPENSSL ON)
    endif()
endif()

set(ASYNCMYSQL_HAVE_SODIUM OFF)
if(ASYNCMYSQL_WITH_SODIUM)
    include(AsyncMySqlFindSodium)
    if(TARGET AsyncMySql::Sodium)
        set(ASYNCMYSQL_HAVE_SODIUM ON)
    endif()
endif()

function(asyncmysql_print_summary)
    if(BUILD_SHARED_LIBS)
        set(library_kind "shared")
    else()
        set(library_kind "static")
    endif()
    set(openssl "yes")
    if(NOT ASYNCMYSQL_HAVE_OPENSSL)
        set(openssl "no (without it: caching_sha2_password and sha256_password need TLS or a local socket)")
    endif()
    set(sodium "yes")
    if(NOT ASYNCMYSQL_HAVE_SODIUM)
        set(sodium "no (without it: no client_ed25519, no parsec)")
    endif()
    message(STATUS "AsyncMySql ${PROJECT_VERSION}")
    message(STATUS "  Library        ${library_kind}, Qt ${Qt6_VERSION}")
    message(STATUS "  OpenSSL        ${openssl}")
    message(STATUS "  libsodium      ${sodium}")
    message(STATUS "  Sanitizers     ${ASYNCMYSQL_SANITIZE}")
    message(STATUS "  Tests          ${ASYNCMYSQL_BUILD_TESTS}")
    message(STATUS "  Examples       ${ASYNCMYSQL_BUILD_EXAMPLES}")
endfunction()
