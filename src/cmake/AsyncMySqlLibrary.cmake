# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# AsyncMySql::Core, made of the objects of all layers, and its CMake package.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

get_property(layers GLOBAL PROPERTY ASYNCMYSQL_LAYERS)
get_property(public_headers GLOBAL PROPERTY ASYNCMYSQL_PUBLIC_HEADERS)
get_property(private_libraries GLOBAL PROPERTY ASYNCMYSQL_PRIVATE_LIBRARIES)

add_library(AsyncMySqlCore)
add_library(AsyncMySql::Core ALIAS AsyncMySqlCore)
foreach(layer IN LISTS layers)
    target_sources(AsyncMySqlCore PRIVATE $<TARGET_OBJECTS:asyncmysql_${layer}>)
endforeach()
set_target_properties(AsyncMySqlCore PROPERTIES
    AUTOMOC OFF
    EXPORT_NAME Core
    LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}
)
target_compile_features(AsyncMySqlCore INTERFACE cxx_std_17)
target_include_directories(AsyncMySqlCore INTERFACE
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>"
)
target_link_libraries(AsyncMySqlCore
    PUBLIC Qt6::Core Qt6::Network
    PRIVATE $<BUILD_INTERFACE:asyncmysql_build_flags>
)
foreach(library IN LISTS private_libraries)
    target_link_libraries(AsyncMySqlCore PRIVATE ${library})
endforeach()
if(NOT BUILD_SHARED_LIBS)
    target_compile_definitions(AsyncMySqlCore INTERFACE ASYNCMYSQL_STATIC)
endif()

if(NOT ASYNCMYSQL_INSTALL)
    return()
endif()

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/AsyncMySql")
configure_package_config_file(
    "${CMAKE_CURRENT_LIST_DIR}/AsyncMySqlConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/AsyncMySqlConfig.cmake"
    INSTALL_DESTINATION "${package_dir}"
)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/AsyncMySqlConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(TARGETS AsyncMySqlCore EXPORT AsyncMySqlTargets)
install(EXPORT AsyncMySqlTargets NAMESPACE AsyncMySql:: DESTINATION "${package_dir}")
install(FILES
    "${PROJECT_BINARY_DIR}/AsyncMySqlConfig.cmake"
    "${PROJECT_BINARY_DIR}/AsyncMySqlConfigVersion.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/AsyncMySqlFindLibrary.cmake"
    DESTINATION "${package_dir}"
)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/AsyncMySql" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
