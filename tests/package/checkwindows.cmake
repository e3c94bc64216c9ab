# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# cmake -DLAYER=... -DDESCRIPTIONS=... -DCOMPILER=... -DINCLUDES=... -DQT_INCLUDES=... -DWORK=...
#       -P checkwindows.cmake
#
# Compiles the sources of a layer, many as one, as MinGW's compiler for Windows reads them, with the
# headers of Qt that are there: they ask for the system by themselves. Nothing is linked, and what
# includes a library other than Qt is left out: of those there are no headers for Windows.

include("${DESCRIPTIONS}")

# Its own folder and those of the layers below it.
set(folders "${${LAYER}_FOLDER}")
set(waiting ${${LAYER}_LAYERS})
while(waiting)
    list(POP_FRONT waiting layer)
    list(APPEND folders "${${layer}_FOLDER}")
    list(APPEND waiting ${${layer}_LAYERS})
endwhile()
list(REMOVE_DUPLICATES folders)
list(TRANSFORM folders PREPEND "-I")
list(TRANSFORM QT_INCLUDES PREPEND "-isystem")

# As many at a time as CMake puts together, so that no more names have to be different.
set(number 0)
set(left_out)
set(batches)
foreach(source IN LISTS ${LAYER}_SOURCES)
    get_filename_component(source "${source}" ABSOLUTE BASE_DIR "${${LAYER}_FOLDER}")
    # What moc makes is the same everywhere.
    if(NOT source MATCHES "\\.cpp$" OR source MATCHES "_autogen/")
        continue()
    endif()
    math(EXPR batch "${number} / 8")
    math(EXPR number "${number} + 1")
    set(libraries)
    string(REGEX REPLACE "\\.cpp$" ".h" header "${source}")
    foreach(file IN ITEMS "${source}" "${header}")
        if(EXISTS "${file}")
            file(STRINGS "${file}" includes REGEX "^#[ ]*include <(openssl/|sodium|zlib|zstd)")
            list(APPEND libraries ${includes})
        endif()
    endforeach()
    if(libraries)
        list(APPEND left_out "${source}")
    else()
        list(APPEND batches ${batch})
        string(APPEND batch_${batch} "#include \"${source}\"\n")
    endif()
endforeach()
if(NOT batches)
    message(FATAL_ERROR "The layer ${LAYER} has no sources")
endif()
list(REMOVE_DUPLICATES batches)
set(files)
foreach(batch IN LISTS batches)
    file(WRITE "${WORK}/${LAYER}_${batch}.cpp" "${batch_${batch}}")
    list(APPEND files "${WORK}/${LAYER}_${batch}.cpp")
endforeach()

execute_process(COMMAND "${COMPILER}" -fsyntax-only -std=c++20 -Wall -Wextra -Werror
    -DASYNCMYSQL_BUILDING -DASYNCMYSQL_HAVE_ZLIB=0 -DASYNCMYSQL_HAVE_ZSTD=0
    "-DASYNCMYSQL_VERSION=\"\""
    -DUNICODE -DQT_NO_KEYWORDS -DQT_NO_CAST_FROM_ASCII -DQT_NO_CAST_TO_ASCII
    ${folders} "-I${INCLUDES}" ${QT_INCLUDES} ${files}
    RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "The layer ${LAYER} does not compile for Windows")
endif()
message(STATUS "Left out: ${left_out}")
