# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# The packages for Debian, named as those of Qt are. What they need of other packages is found by
# dpkg-shlibdeps.

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# dpkg-shlibdeps looks for the libraries of the packages themselves where they were built.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
    "${PROJECT_BINARY_DIR}/src" "${PROJECT_BINARY_DIR}/src/quick"
    "${PROJECT_BINARY_DIR}/src/sqldriver")
set(CPACK_COMPONENTS_ALL)
set(deb_version "${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}")
set(runtime_package "libasyncmysql${asyncmysql_soversion}")

# Policy wants a changelog of the package beside that of the project, both compressed.
set(changelogs "${CMAKE_CURRENT_BINARY_DIR}/changelogs")
string(TIMESTAMP changelog_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(debian/changelog.in "${changelogs}/changelog.Debian" @ONLY)
configure_file("${PROJECT_SOURCE_DIR}/CHANGELOG.md" "${changelogs}/changelog" COPYONLY)
foreach(changelog IN ITEMS changelog changelog.Debian)
    file(ARCHIVE_CREATE OUTPUT "${changelogs}/${changelog}.gz"
        PATHS "${changelogs}/${changelog}" FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
endforeach()

# asyncmysql_add_deb(<component> <package>
#     SECTION <name>
#     SUMMARY <text>       # one line
#     DESCRIPTION <text>
#     [DEPENDS <text>...]  # beside what its libraries need
#     [RECOMMENDS <text>...] [SUGGESTS <text>...]
#     [LIBRARIES]          # it has libraries
#     [ALL])               # the same for all processors
macro(asyncmysql_add_deb component package)
    cmake_parse_arguments(deb "LIBRARIES;ALL" "SECTION;SUMMARY;DESCRIPTION"
        "DEPENDS;RECOMMENDS;SUGGESTS" ${ARGN})
    list(APPEND CPACK_COMPONENTS_ALL ${component})
    string(TOUPPER "${component}" deb_prefix)
    set(deb_prefix CPACK_DEBIAN_${deb_prefix})
    set(${deb_prefix}_PACKAGE_NAME "${package}")
    set(${deb_prefix}_PACKAGE_SECTION "${deb_SECTION}")
    set(${deb_prefix}_DESCRIPTION "${deb_SUMMARY}\n${deb_DESCRIPTION}")
    foreach(relation IN ITEMS DEPENDS RECOMMENDS SUGGESTS)
        list(JOIN deb_${relation} ", " ${deb_prefix}_PACKAGE_${relation})
    endforeach()
    set(${deb_prefix}_PACKAGE_SHLIBDEPS ${deb_LIBRARIES})
    if(deb_LIBRARIES)
        set(${deb_prefix}_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_SOURCE_DIR}/debian/triggers")
    endif()
    if(deb_ALL)
        set(${deb_prefix}_PACKAGE_ARCHITECTURE all)
    endif()
    # Only packages have these.
    install(FILES "${CMAKE_CURRENT_SOURCE_DIR}/debian/copyright" "${changelogs}/changelog.gz"
        "${changelogs}/changelog.Debian.gz"
        DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/${package}"
        COMPONENT ${component} EXCLUDE_FROM_ALL)
endmacro()

# Each package has its own; CPack would put this one before it.
set(summary "${CPACK_PACKAGE_DESCRIPTION_SUMMARY}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")

string(CONCAT about_asyncmysql
    "AsyncMySql speaks the protocol of MySQL and MariaDB by itself, in the event\n"
    "loop of Qt: queries are objects that emit a signal when they have finished,\n"
    "and nothing ever blocks.")
asyncmysql_add_deb(asyncmysql_runtime ${runtime_package}
    SECTION libs
    SUMMARY "${summary}"
    DESCRIPTION "${about_asyncmysql}\n\nThis package has the library."
    LIBRARIES
)
set(devel_depends "${runtime_package} (= ${deb_version})" qt6-base-dev)
set(devel_recommends)
if(ASYNCMYSQL_HAVE_QML)
    asyncmysql_add_deb(asyncmysql_qml qml6-module-asyncmysql
        SECTION libs
        SUMMARY "QML module of AsyncMySql, a MySQL and MariaDB client"
        DESCRIPTION "${about_asyncmysql}\n\nThis package has the QML module \"AsyncMySql\"."
        DEPENDS "${runtime_package} (= ${deb_version})"
            qml6-module-qtqml qml6-module-qtqml-models qml6-module-qtqml-workerscript
        LIBRARIES
    )
    list(APPEND devel_depends "qml6-module-asyncmysql (= ${deb_version})")
    list(APPEND devel_recommends qt6-declarative-dev)
endif()
if(ASYNCMYSQL_HAVE_SQL)
    asyncmysql_add_deb(asyncmysql_sql libqt6sql6-asyncmysql
        SECTION libs
        SUMMARY "Qt SQL driver for MySQL and MariaDB without a client library"
        DESCRIPTION "${about_asyncmysql}\n\nThis package has the driver QMYSQL_ASYNC for Qt SQL."
        DEPENDS "${runtime_package} (= ${deb_version})"
        LIBRARIES
    )
    list(APPEND devel_depends "libqt6sql6-asyncmysql (= ${deb_version})")
endif()
asyncmysql_add_deb(asyncmysql_devel libasyncmysql-dev
    SECTION libdevel
    SUMMARY "${summary} (development files)"
    DESCRIPTION "${about_asyncmysql}\n\nThis package has what programs are built with."
    DEPENDS ${devel_depends}
    RECOMMENDS ${devel_recommends}
    SUGGESTS libasyncmysql-doc
)
asyncmysql_add_deb(asyncmysql_doc libasyncmysql-doc
    SECTION doc
    SUMMARY "${summary} (documentation)"
    DESCRIPTION "${about_asyncmysql}\n\nThis package has the reference, in HTML and for Qt Creator."
    ALL
)
