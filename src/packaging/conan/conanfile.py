# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

"""Recipe for Conan 2: builds the tree in which it is. conan create src/packaging/conan"""

import os

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy

required_conan_version = ">=2.0"


class AsyncMySqlConan(ConanFile):
    name = "asyncmysql"
    version = "0.1.0"
    description = "Asynchronous MySQL and MariaDB client for Qt 6, without a client library"
    license = "MIT"
    topics = ("mysql", "mariadb", "qt", "asynchronous", "database")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {
        "shared": [True, False],
        "fPIC": [True, False],
        "with_openssl": [True, False],
        "with_qml": [True, False],
        "with_sodium": [True, False],
        "with_sql": [True, False],
        "with_zlib": [True, False],
        "with_zstd": [True, False],
    }
    default_options = {
        "shared": True,
        "fPIC": True,
        "with_openssl": True,
        "with_qml": False,
        "with_sodium": True,
        "with_sql": False,
        "with_zlib": True,
        "with_zstd": True,
    }

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..", "..", "..")
        for pattern in ("CMakeLists.txt", "LICENSE", "CHANGELOG.md", "include/*", "src/*"):
            copy(self, pattern, src=root, dst=self.export_sources_folder)

    def config_options(self):
        if self.settings.os == "Windows":
            self.options.rm_safe("fPIC")

    def configure(self):
        if self.options.shared:
            self.options.rm_safe("fPIC")

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        self.requires("qt/[>=6.4 <7]", transitive_headers=True, transitive_libs=True)
        if self.options.with_openssl:
            self.requires("openssl/[>=1.1.1 <4]")
        if self.options.with_sodium:
            self.requires("libsodium/[>=1.0.18 <2]")
        if self.options.with_zlib:
            self.requires("zlib/[>=1.2.11 <2]")
        if self.options.with_zstd:
            self.requires("zstd/[>=1.4 <2]")

    def validate(self):
        check_min_cppstd(self, 20)
        if self.options.with_qml and not self.options.shared:
            raise ConanInvalidConfiguration("The QML module needs a shared library")

    def generate(self):
        toolchain = CMakeToolchain(self)
        variables = toolchain.cache_variables
        variables["ASYNCMYSQL_BUILD_QML"] = bool(self.options.with_qml)
        variables["ASYNCMYSQL_BUILD_SQL"] = bool(self.options.with_sql)
        variables["ASYNCMYSQL_WITH_OPENSSL"] = bool(self.options.with_openssl)
        variables["ASYNCMYSQL_WITH_SODIUM"] = bool(self.options.with_sodium)
        variables["ASYNCMYSQL_WITH_ZLIB"] = bool(self.options.with_zlib)
        variables["ASYNCMYSQL_WITH_ZSTD"] = bool(self.options.with_zstd)
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        CMake(self).install()

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "AsyncMySql")
        core = self._component("Core", ["qt::qtCore", "qt::qtNetwork"])
        for option, package in (
            ("with_openssl", "openssl::crypto"),
            ("with_sodium", "libsodium::libsodium"),
            ("with_zlib", "zlib::zlib"),
            ("with_zstd", "zstd::zstd"),
        ):
            if self.options.get_safe(option):
                core.requires.append(package)
        if not self.options.shared:
            core.defines.append("ASYNCMYSQL_STATIC")
        if self.options.with_qml:
            self._component("Quick", ["Core", "qt::qtQml"])
        if self.options.with_sql:
            self._component("Sql", ["Core", "qt::qtSql"])

    def _component(self, name, requires):
        component = self.cpp_info.components[name]
        component.set_property("cmake_target_name", f"AsyncMySql::{name}")
        component.set_property("pkg_config_name", f"AsyncMySql{name}")
        component.libs = [f"AsyncMySql{name}"]
        component.requires = requires
        return component
