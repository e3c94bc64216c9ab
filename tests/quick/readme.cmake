# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Makes a test of every qml block of README.md. A comment ahead of each says what it is:
#   <!-- qml -->           objects, which stand in a window
#   <!-- qml-script -->    statements of JavaScript, of a function there
# See readmepage.qml.in for what is around them, and tst_readme.qml for how
# they run.

set(quick_folder "${CMAKE_CURRENT_BINARY_DIR}/tests")
set(readme "${PROJECT_SOURCE_DIR}/README.md")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${readme}")
file(READ "${readme}" rest)
set(README_NUMBER 0)
while(TRUE)
    string(FIND "${rest}" "\n```qml\n" begin)
    if(begin EQUAL -1)
        break()
    endif()
    string(SUBSTRING "${rest}" 0 ${begin} before)
    math(EXPR begin "${begin} + 8")
    string(SUBSTRING "${rest}" ${begin} -1 rest)
    string(FIND "${rest}" "```" end)
    string(SUBSTRING "${rest}" 0 ${end} block)
    string(SUBSTRING "${rest}" ${end} -1 rest)
    math(EXPR README_NUMBER "${README_NUMBER} + 1")
    set(README_OBJECTS "")
    set(README_SCRIPT "")
    if(before MATCHES "<!-- qml -->$")
        set(README_OBJECTS "${block}")
    elseif(before MATCHES "<!-- qml-script -->$")
        set(README_SCRIPT "${block}")
    else()
        message(FATAL_ERROR
            "README.md has a block of QML without a comment that says what it is:\n${block}")
    endif()
    configure_file(readmepage.qml.in "${quick_folder}/Readme${README_NUMBER}.qml" @ONLY)
endwhile()
if(NOT README_NUMBER EQUAL 12)
    message(FATAL_ERROR "README.md has ${README_NUMBER} blocks of QML, and not twelve")
endif()
