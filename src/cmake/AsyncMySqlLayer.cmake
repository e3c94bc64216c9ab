# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# asyncmysql_add_layer(<name>
#     SOURCES <file>...       # relative to the calling folder
#     PUBLIC_HEADERS <file>... # relative to include/AsyncMySql
#     LAYERS <name>...        # the layers it may include, as in the design's diagram
#     PUBLIC_LAYERS <name>... # layers of which it may include the public headers alone
#     LINK <target>...        # libraries its users see
#     LINK_PRIVATE <target>...)
#
# Defines the object library asyncmysql_<name>. Its folder is its only own include path, and it sees
# the folders of LAYERS, and of those below them: an include against the diagram does not build.
# What include paths cannot rule out, the tests package_layer_<name> do: they read what is given
# here in layers.cmake of the build folder.
function(asyncmysql_add_layer name)
    cmake_parse_arguments(PARSE_ARGV 1 layer "" ""
        "SOURCES;PUBLIC_HEADERS;LAYERS;PUBLIC_LAYERS;LINK;LINK_PRIVATE")
    if(layer_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR
            "asyncmysql_add_layer(${name}): unknown arguments ${layer_UNPARSED_ARGUMENTS}")
    endif()

    set(target asyncmysql_${name})
    # Public headers are listed as sources: automoc only sees what is listed.
    list(TRANSFORM layer_PUBLIC_HEADERS PREPEND "${PROJECT_SOURCE_DIR}/include/AsyncMySql/"
        OUTPUT_VARIABLE headers)
    add_library(${target} OBJECT ${layer_SOURCES} ${headers})
    set_target_properties(${target} PROPERTIES
        POSITION_INDEPENDENT_CODE ON
        CXX_EXTENSIONS OFF
        CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON
    )
    target_include_directories(${target} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}")
    if(layer_PUBLIC_HEADERS)
        target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}/include")
    endif()
    target_link_libraries(${target}
        PUBLIC ${layer_LINK}
        PRIVATE asyncmysql_build_flags ${layer_LINK_PRIVATE}
    )
    target_compile_definitions(${target} PRIVATE ASYNCMYSQL_BUILDING)
    if("Qt6::Network" IN_LIST layer_LINK)
        asyncmysql_precompile(${target} network)
    else()
        target_link_libraries(${target} PRIVATE asyncmysql_fuzzing_flags)
        asyncmysql_precompile(${target} core)
    endif()
    if(NOT BUILD_SHARED_LIBS)
        target_compile_definitions(${target} PUBLIC ASYNCMYSQL_STATIC)
    endif()

    list(TRANSFORM layer_LAYERS PREPEND asyncmysql_ OUTPUT_VARIABLE lower_targets)
    target_link_libraries(${target} PUBLIC ${lower_targets})
    asyncmysql_layer_closure(closure ${layer_LAYERS})
    set_property(GLOBAL PROPERTY ASYNCMYSQL_LAYER_CLOSURE_${name} ${name} ${closure})
    set_property(GLOBAL APPEND PROPERTY ASYNCMYSQL_LAYERS ${name})
    set_target_properties(${target} PROPERTIES
        ASYNCMYSQL_PUBLIC_HEADERS "${headers}"
        ASYNCMYSQL_PRIVATE_LIBRARIES "${layer_LINK_PRIVATE}"
    )
    # Sources can be added later, depending on what is there.
    set_property(GLOBAL APPEND_STRING PROPERTY ASYNCMYSQL_LAYER_DESCRIPTIONS "
list(APPEND layers ${name})
set(${name}_FOLDER \"${CMAKE_CURRENT_SOURCE_DIR}\")
set(${name}_SOURCES \"$<TARGET_PROPERTY:${target},SOURCES>\")
set(${name}_LAYERS \"${layer_LAYERS}\")
set(${name}_PUBLIC_LAYERS \"${layer_PUBLIC_LAYERS}\")
set(${name}_LINK \"${layer_LINK}\")
")
endfunction()

# asyncmysql_describe_layers(<file>): writes what all layers were defined with, for tests.
function(asyncmysql_describe_layers file)
    get_property(descriptions GLOBAL PROPERTY ASYNCMYSQL_LAYER_DESCRIPTIONS)
    file(GENERATE OUTPUT "${file}" CONTENT "${descriptions}")
endfunction()

# asyncmysql_layer_closure(<variable> <layer>...): these layers and all below them.
function(asyncmysql_layer_closure variable)
    set(closure)
    foreach(name IN LISTS ARGN)
        get_property(layers GLOBAL PROPERTY ASYNCMYSQL_LAYER_CLOSURE_${name})
        list(APPEND closure ${layers})
    endforeach()
    list(REMOVE_DUPLICATES closure)
    set(${variable} ${closure} PARENT_SCOPE)
endfunction()

# asyncmysql_link_layers(<target> <layer>...): links the objects of the layers, and of all layers
# below them, straight into a test, so that it reaches what the library hides.
function(asyncmysql_link_layers target)
    asyncmysql_layer_closure(layers ${ARGN})
    foreach(name IN LISTS layers)
        get_target_property(private_libraries asyncmysql_${name} ASYNCMYSQL_PRIVATE_LIBRARIES)
        target_link_libraries(${target} PRIVATE asyncmysql_${name} ${private_libraries})
    endforeach()
    # The objects were built to be exported from a library; their declarations must agree here.
    target_compile_definitions(${target} PRIVATE ASYNCMYSQL_BUILDING)
endfunction()
