# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# No layer includes what it must not know; and the check finds what is wrong in an example.

get_property(layers GLOBAL PROPERTY ASYNCMYSQL_LAYERS)
foreach(layer IN LISTS layers ITEMS poisoned)
    set(descriptions "${PROJECT_BINARY_DIR}/layers.cmake")
    if(layer STREQUAL "poisoned")
        list(APPEND descriptions "${CMAKE_CURRENT_SOURCE_DIR}/poisonedlayer/layer.cmake")
    endif()
    add_test(NAME package_layer_${layer} COMMAND ${CMAKE_COMMAND}
        -DLAYER=${layer} "-DDESCRIPTIONS=${descriptions}"
        -P "${CMAKE_CURRENT_SOURCE_DIR}/checklayers.cmake")
endforeach()
