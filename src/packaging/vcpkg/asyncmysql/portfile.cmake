# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# An overlay port: it builds the tree in which it is.
#   vcpkg install asyncmysql --overlay-ports=src/packaging/vcpkg

get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)

vcpkg_check_features(OUT_FEATURE_OPTIONS feature_options
    FEATURES
        openssl ASYNCMYSQL_WITH_OPENSSL
        qml     ASYNCMYSQL_BUILD_QML
        sodium  ASYNCMYSQL_WITH_SODIUM
        sql     ASYNCMYSQL_BUILD_SQL
        zlib    ASYNCMYSQL_WITH_ZLIB
        zstd    ASYNCMYSQL_WITH_ZSTD
)

# Qt's modules and plugins are in these folders of vcpkg.
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        ${feature_options}
        -DASYNCMYSQL_INSTALL_QMLDIR=Qt6/qml
        -DASYNCMYSQL_INSTALL_PLUGINSDIR=Qt6/plugins
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME AsyncMySql CONFIG_PATH lib/cmake/AsyncMySql)
vcpkg_fixup_pkgconfig()
vcpkg_copy_pdbs()

file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
