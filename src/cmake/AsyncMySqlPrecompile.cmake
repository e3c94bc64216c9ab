# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Precompiled Qt headers make a build more than twice as fast. They also hide missing includes, so
# they are off by default; builds with sanitizers, which come beside the usual one, turn them on.
option(ASYNCMYSQL_PRECOMPILE_HEADERS "Precompile the headers of Qt" OFF)

set(asyncmysql_precompiled_core
    <QtCore/qbytearray.h> <QtCore/qdatetime.h> <QtCore/qlist.h> <QtCore/qmap.h> <QtCore/qmetatype.h>
    <QtCore/qshareddata.h> <QtCore/qstring.h> <QtCore/qvariant.h>
    <array> <chrono> <memory> <optional> <span> <variant> <vector>
)
set(asyncmysql_precompiled_network
    ${asyncmysql_precompiled_core}
    <QtCore/qobject.h> <QtCore/qpointer.h> <QtCore/qtimer.h> <QtCore/qurl.h>
    <QtNetwork/qhostaddress.h> <QtNetwork/qlocalsocket.h> <QtNetwork/qsslconfiguration.h>
    <QtNetwork/qsslsocket.h> <QtNetwork/qtcpsocket.h>
)
set(asyncmysql_precompiled_test ${asyncmysql_precompiled_network} <QtTest/QtTest>)

# asyncmysql_precompile(<target> core|network|test): all targets of a kind share one set, compiled
# by a target of its own. Tests share one a folder: Qt defines the folder's name for them.
function(asyncmysql_precompile target kind)
    if(NOT ASYNCMYSQL_PRECOMPILE_HEADERS)
        return()
    endif()
    set(headers ${asyncmysql_precompiled_${kind}})
    set(donor asyncmysql_precompiled_${kind})
    if(kind STREQUAL "test")
        get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
        string(APPEND donor "_${folder}")
    endif()
    if(NOT TARGET ${donor})
        file(WRITE "${PROJECT_BINARY_DIR}/${donor}.cpp" "")
        add_library(${donor} OBJECT "${PROJECT_BINARY_DIR}/${donor}.cpp")
        set_target_properties(${donor} PROPERTIES AUTOMOC OFF)
        target_link_libraries(${donor} PRIVATE asyncmysql_build_flags Qt6::Core)
        if(kind STREQUAL "core")
            target_link_libraries(${donor} PRIVATE asyncmysql_fuzzing_flags)
        else()
            target_link_libraries(${donor} PRIVATE Qt6::Network)
        endif()
        if(kind STREQUAL "test")
            target_link_libraries(${donor} PRIVATE Qt6::Test)
            if(NOT MSVC)
                target_compile_options(${donor} PRIVATE -O0) # as asyncmysql_add_test() does
            endif()
        else()
            set_target_properties(${donor} PROPERTIES
                POSITION_INDEPENDENT_CODE ON
                CXX_EXTENSIONS OFF
                CXX_VISIBILITY_PRESET hidden
                VISIBILITY_INLINES_HIDDEN ON
            )
        endif()
        target_precompile_headers(${donor} PRIVATE ${headers})
    endif()
    target_precompile_headers(${target} REUSE_FROM ${donor})
endfunction()
