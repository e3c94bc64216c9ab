# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# The libraries that programs link, and the CMake package in which they are installed.

include(CMakePackageConfigHelpers)

set(asyncmysql_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/AsyncMySql")

# Before version 1, each minor version may be incompatible with the one before it.
set(asyncmysql_soversion ${PROJECT_VERSION_MAJOR})
if(PROJECT_VERSION_MAJOR EQUAL 0)
    set(asyncmysql_soversion 0.${PROJECT_VERSION_MINOR})
endif()

# asyncmysql_add_library(<name>
#     [LAYERS <name>...]  # the layers that it is made of, with all below them
#     [SOURCES <file>...] # what it has beside layers
#     LINK <target>...    # what its users link as well
#     DESCRIPTION <text>  # what pkg-config says of it
#     COMPONENT <name>    # of the installation; what only developers need is in another one
#     [QML])              # it becomes the library of a QML module
#
# Defines AsyncMySql<name>, which programs link as AsyncMySql::<name>, and installs it with the
# targets of the package's component <name>, and AsyncMySql<name>.pc. The target's
# ASYNCMYSQL_PUBLIC_HEADERS are those of its layers. The global property
# ASYNCMYSQL_INSTALLED_LIBRARIES has the targets that have to be built before anything is installed.
function(asyncmysql_add_library name)
    cmake_parse_arguments(PARSE_ARGV 1 library "QML" "DESCRIPTION;COMPONENT" "LAYERS;SOURCES;LINK")
    if(library_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR
            "asyncmysql_add_library(${name}): unknown arguments ${library_UNPARSED_ARGUMENTS}")
    endif()

    set(target AsyncMySql${name})
    if(library_QML)
        # Qt's own default is that of its build, until 6.7.
        if(BUILD_SHARED_LIBS)
            set(library_type SHARED)
        else()
            set(library_type STATIC)
        endif()
        qt_add_library(${target} ${library_type} ${library_SOURCES})
    else()
        add_library(${target} ${library_SOURCES})
    endif()
    add_library(AsyncMySql::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES
        CXX_EXTENSIONS OFF
        CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON
        LINKER_LANGUAGE CXX
        EXPORT_NAME ${name}
        VERSION ${PROJECT_VERSION}
        SOVERSION ${asyncmysql_soversion}
    )
    target_compile_features(${target} INTERFACE cxx_std_17)
    target_include_directories(${target} INTERFACE
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
        "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>"
    )
    target_link_libraries(${target}
        PUBLIC ${library_LINK}
        PRIVATE $<BUILD_INTERFACE:asyncmysql_build_flags>
    )
    if(NOT BUILD_SHARED_LIBS)
        target_compile_definitions(${target} INTERFACE ASYNCMYSQL_STATIC)
    endif()

    asyncmysql_layer_closure(layers ${library_LAYERS})
    foreach(layer IN LISTS layers)
        get_target_property(public_headers asyncmysql_${layer} ASYNCMYSQL_PUBLIC_HEADERS)
        get_target_property(private_libraries asyncmysql_${layer} ASYNCMYSQL_PRIVATE_LIBRARIES)
        set_property(TARGET ${target} APPEND PROPERTY ASYNCMYSQL_PUBLIC_HEADERS ${public_headers})
        target_sources(${target} PRIVATE $<TARGET_OBJECTS:asyncmysql_${layer}>)
        target_link_libraries(${target} PRIVATE ${private_libraries})
    endforeach()
    if(NOT library_SOURCES AND NOT library_QML)
        set_target_properties(${target} PROPERTIES AUTOMOC OFF)
    endif()

    # A static QML module comes in parts that Qt 6.4 cannot export: a program that needs one builds
    # it itself.
    if(ASYNCMYSQL_INSTALL AND (BUILD_SHARED_LIBS OR NOT library_QML))
        install(TARGETS ${target} EXPORT AsyncMySql${name}Targets
            RUNTIME COMPONENT ${library_COMPONENT}
            LIBRARY COMPONENT ${library_COMPONENT} NAMELINK_COMPONENT asyncmysql_devel
            ARCHIVE COMPONENT asyncmysql_devel)
        asyncmysql_set_install_rpath(${target} "${CMAKE_INSTALL_LIBDIR}")
        set_property(GLOBAL APPEND PROPERTY ASYNCMYSQL_INSTALLED_LIBRARIES ${target})
        install(EXPORT AsyncMySql${name}Targets NAMESPACE AsyncMySql::
            DESTINATION "${asyncmysql_package_dir}" COMPONENT asyncmysql_devel)
        asyncmysql_install_pkg_config(${name} "${library_DESCRIPTION}" ${library_LINK})
    endif()
endfunction()

# asyncmysql_install_package(): installs all public headers, and what find_package() finds.
function(asyncmysql_install_package)
    configure_package_config_file(
        "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/AsyncMySqlConfig.cmake.in"
        "${PROJECT_BINARY_DIR}/AsyncMySqlConfig.cmake"
        INSTALL_DESTINATION "${asyncmysql_package_dir}"
        PATH_VARS asyncmysql_qml_dir
    )
    write_basic_package_version_file("${PROJECT_BINARY_DIR}/AsyncMySqlConfigVersion.cmake"
        COMPATIBILITY SameMinorVersion)
    install(FILES
        "${PROJECT_BINARY_DIR}/AsyncMySqlConfig.cmake"
        "${PROJECT_BINARY_DIR}/AsyncMySqlConfigVersion.cmake"
        "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/AsyncMySqlFindLibrary.cmake"
        DESTINATION "${asyncmysql_package_dir}" COMPONENT asyncmysql_devel
    )
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/AsyncMySql"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT asyncmysql_devel)
    # Packages have it in the form that their systems want.
    install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}"
        COMPONENT asyncmysql_license)
endfunction()
