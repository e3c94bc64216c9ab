# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# What can be said of other systems on this one.

set(own_code include src examples)
list(TRANSFORM own_code PREPEND "${PROJECT_SOURCE_DIR}/")
add_test(NAME package_platforms COMMAND ${CMAKE_COMMAND}
    "-DFOLDERS=${own_code}"
    -P "${CMAKE_CURRENT_SOURCE_DIR}/checkplatforms.cmake")

# Debian: g++-mingw-w64-x86-64-posix. The headers of Qt are those of this system, but ask for the
# system by themselves.
find_program(ASYNCMYSQL_MINGW NAMES x86_64-w64-mingw32-g++-posix)
mark_as_advanced(ASYNCMYSQL_MINGW)
option(ASYNCMYSQL_CHECK_WINDOWS
    "Test that the library can be compiled for Windows, with MinGW and some minutes" OFF)
if(ASYNCMYSQL_CHECK_WINDOWS AND NOT ASYNCMYSQL_MINGW)
    message(FATAL_ERROR "ASYNCMYSQL_CHECK_WINDOWS is ON, but MinGW was not found "
        "(Debian: g++-mingw-w64-x86-64-posix)")
endif()
if(ASYNCMYSQL_CHECK_WINDOWS)
    get_property(layers GLOBAL PROPERTY ASYNCMYSQL_LAYERS)
    set(qt_includes)
    foreach(module IN ITEMS Core Network)
        list(APPEND qt_includes "$<TARGET_PROPERTY:Qt6::${module},INTERFACE_INCLUDE_DIRECTORIES>")
    endforeach()
    foreach(layer IN LISTS layers)
        add_test(NAME package_windows_${layer} COMMAND ${CMAKE_COMMAND}
            -DLAYER=${layer} "-DDESCRIPTIONS=${PROJECT_BINARY_DIR}/layers.cmake"
            "-DCOMPILER=${ASYNCMYSQL_MINGW}" "-DINCLUDES=${PROJECT_SOURCE_DIR}/include"
            "-DQT_INCLUDES=${qt_includes}"
            "-DWORK=${CMAKE_CURRENT_BINARY_DIR}/windows"
            -P "${CMAKE_CURRENT_SOURCE_DIR}/checkwindows.cmake")
        set_tests_properties(package_windows_${layer} PROPERTIES TIMEOUT 300 LABELS windows)
    endforeach()
endif()

# Recipes name the version, and the options, by themselves.
add_test(NAME package_recipes COMMAND ${CMAKE_COMMAND}
    "-DFOLDER=${PROJECT_SOURCE_DIR}/src/packaging" "-DVERSION=${PROJECT_VERSION}"
    "-DCACHE=${PROJECT_BINARY_DIR}/CMakeCache.txt"
    -P "${CMAKE_CURRENT_SOURCE_DIR}/checkrecipes.cmake")
