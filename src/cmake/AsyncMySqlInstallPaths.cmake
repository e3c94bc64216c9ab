# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Where the QML module and the plugin of the QtSql driver are installed, and how installed libraries
# find each other.

include(GNUInstallDirs)

option(ASYNCMYSQL_USE_QT_SYS_PATHS
    "Install the QML module and the plugin for QtSql in Qt's own folders"
    OFF)
set(ASYNCMYSQL_INSTALL_QMLDIR "" CACHE STRING
    "Folder for the QML module, relative to the prefix or absolute (empty: the default)")
set(ASYNCMYSQL_INSTALL_PLUGINSDIR "" CACHE STRING
    "Folder for Qt's plugins, relative to the prefix or absolute (empty: the default)")
mark_as_advanced(ASYNCMYSQL_INSTALL_QMLDIR ASYNCMYSQL_INSTALL_PLUGINSDIR)

# asyncmysql_qt_folder(<variable> <folder of Qt>): relative to the prefix, if Qt is installed there
# as well, so that the prefix can be changed when it is installed.
function(asyncmysql_qt_folder variable folder)
    get_filename_component(folder "${folder}" ABSOLUTE BASE_DIR "${QT6_INSTALL_PREFIX}")
    get_filename_component(prefix "${CMAKE_INSTALL_PREFIX}" ABSOLUTE)
    string(FIND "${folder}" "${prefix}/" position)
    if(position EQUAL 0)
        file(RELATIVE_PATH folder "${prefix}" "${folder}")
    endif()
    set(${variable} "${folder}" PARENT_SCOPE)
endfunction()

if(ASYNCMYSQL_USE_QT_SYS_PATHS)
    asyncmysql_qt_folder(asyncmysql_qml_dir "${QT6_INSTALL_QML}")
    asyncmysql_qt_folder(asyncmysql_plugins_dir "${QT6_INSTALL_PLUGINS}")
else()
    set(asyncmysql_qml_dir "${CMAKE_INSTALL_LIBDIR}/qt6/qml")
    set(asyncmysql_plugins_dir "${CMAKE_INSTALL_LIBDIR}/qt6/plugins")
endif()
if(ASYNCMYSQL_INSTALL_QMLDIR)
    set(asyncmysql_qml_dir "${ASYNCMYSQL_INSTALL_QMLDIR}")
endif()
if(ASYNCMYSQL_INSTALL_PLUGINSDIR)
    set(asyncmysql_plugins_dir "${ASYNCMYSQL_INSTALL_PLUGINSDIR}")
endif()

# asyncmysql_set_install_rpath(<target> <folder>): the target is installed in <folder>, and finds
# the libraries beside which it is installed, wherever the prefix is moved to. In folders of the
# system the loader finds them by itself.
function(asyncmysql_set_install_rpath target folder)
    if(NOT UNIX OR APPLE)
        return()
    endif()
    if(CMAKE_INSTALL_FULL_LIBDIR IN_LIST CMAKE_PLATFORM_IMPLICIT_LINK_DIRECTORIES
        OR CMAKE_INSTALL_FULL_LIBDIR IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
        # Qt gives plugins of QML modules a path.
        set_target_properties(${target} PROPERTIES INSTALL_RPATH "")
        return()
    endif()
    if(IS_ABSOLUTE "${folder}" OR IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
        set_target_properties(${target} PROPERTIES INSTALL_RPATH "${CMAKE_INSTALL_FULL_LIBDIR}")
        return()
    endif()
    file(RELATIVE_PATH up "/${folder}" "/${CMAKE_INSTALL_LIBDIR}")
    string(REGEX REPLACE "/$" "" up "$ORIGIN/${up}")
    set_target_properties(${target} PROPERTIES INSTALL_RPATH "${up}")
endfunction()
