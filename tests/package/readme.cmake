# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# Compiles the C++ of README.md as C++17, and its coroutine as C++20. A comment ahead of each fenced
# block says what it is:
#   <!-- snippet -->        statements inside of a member function: see readmesnippets.cpp.in
#   <!-- coroutine -->      a whole member function
#   <!-- qtsql -->          statements of a program with QtSql
#   <!-- program -->        a complete program
#   <!-- find_package -->   its CMakeLists.txt
#   <!-- fetch_content -->  what stands in place of find_package()

set(readme "${PROJECT_SOURCE_DIR}/README.md")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${readme}")
file(READ "${readme}" readme_text)

# asyncmysql_readme_blocks(<kind> <language> <variable>): sets <variable>_COUNT, and <variable>_<n>
# and <variable>_<n>_LINE, the number of its first line. Not a list: code has semicolons.
function(asyncmysql_readme_blocks kind language variable)
    set(opening "<!-- ${kind} -->\n```${language}\n")
    string(LENGTH "${opening}" opening_length)
    set(rest "${readme_text}")
    set(line 1)
    set(count 0)
    while(TRUE)
        string(FIND "${rest}" "${opening}" begin)
        if(begin EQUAL -1)
            break()
        endif()
        math(EXPR begin "${begin} + ${opening_length}")
        string(SUBSTRING "${rest}" 0 ${begin} before)
        string(SUBSTRING "${rest}" ${begin} -1 rest)
        string(FIND "${rest}" "```" end)
        string(SUBSTRING "${rest}" 0 ${end} block)
        string(SUBSTRING "${rest}" ${end} -1 rest)
        string(REGEX REPLACE "[^\n]" "" newlines "${before}")
        string(LENGTH "${newlines}" newlines)
        math(EXPR line "${line} + ${newlines}")
        set(${variable}_${count} "${block}" PARENT_SCOPE)
        set(${variable}_${count}_LINE ${line} PARENT_SCOPE)
        string(REGEX REPLACE "[^\n]" "" newlines "${block}")
        string(LENGTH "${newlines}" newlines)
        math(EXPR line "${line} + ${newlines}")
        math(EXPR count "${count} + 1")
    endwhile()
    if(count EQUAL 0)
        message(FATAL_ERROR "README.md has no block of the kind ${kind}")
    endif()
    set(${variable}_COUNT ${count} PARENT_SCOPE)
endfunction()

# Every C++ block is of one of the kinds: none may go unseen.
asyncmysql_readme_blocks(snippet cpp snippet)
asyncmysql_readme_blocks(coroutine cpp coroutine)
asyncmysql_readme_blocks(program cpp program)
asyncmysql_readme_blocks(qtsql cpp qtsql)
string(REGEX MATCHALL "\n```cpp\n" all_blocks "${readme_text}")
list(LENGTH all_blocks all_blocks)
math(EXPR known_blocks "${snippet_COUNT} + ${coroutine_COUNT} + ${program_COUNT}
    + ${qtsql_COUNT}")
if(NOT all_blocks EQUAL known_blocks OR NOT program_COUNT EQUAL 1 OR NOT coroutine_COUNT EQUAL 1
    OR NOT qtsql_COUNT EQUAL 1)
    message(FATAL_ERROR "README.md has ${all_blocks} blocks of C++, "
        "but ${known_blocks} with a comment that says what they are")
endif()

set(README_SNIPPETS "")
math(EXPR last "${snippet_COUNT} - 1")
foreach(number RANGE ${last})
    string(APPEND README_SNIPPETS
        "void Window::snippet${number}()\n{\n#line ${snippet_${number}_LINE} \"${readme}\"\n"
        "${snippet_${number}}}\n\n")
endforeach()
set(README_COROUTINES "#line ${coroutine_0_LINE} \"${readme}\"\n${coroutine_0}")
set(README_DECLARATIONS "")
foreach(number RANGE ${last})
    string(APPEND README_DECLARATIONS "    void snippet${number}();\n")
endforeach()
set(snippets_source "${CMAKE_CURRENT_BINARY_DIR}/readmesnippets.cpp")
configure_file(readmesnippets.cpp.in "${snippets_source}" @ONLY)

foreach(standard 17 20)
    set(target package_readme_snippets_cxx${standard})
    add_library(${target} OBJECT "${snippets_source}")
    target_link_libraries(${target} PRIVATE AsyncMySql::Core)
    set_target_properties(${target} PROPERTIES
        CXX_STANDARD ${standard} CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
endforeach()

if(ASYNCMYSQL_HAVE_SQL)
    set(README_QTSQL "#line ${qtsql_0_LINE} \"${readme}\"\n${qtsql_0}")
    set(qtsql_source "${CMAKE_CURRENT_BINARY_DIR}/readmeqtsql.cpp")
    configure_file(readmeqtsql.cpp.in "${qtsql_source}" @ONLY)
    add_library(package_readme_qtsql OBJECT "${qtsql_source}")
    target_link_libraries(package_readme_qtsql PRIVATE AsyncMySql::Sql)
    set_target_properties(package_readme_qtsql PROPERTIES
        AUTOMOC OFF CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
endif()

# The program and its CMakeLists.txt as a user would have them, for here and for installation.cmake.
set(readme_project "${CMAKE_CURRENT_BINARY_DIR}/readme-project")
asyncmysql_readme_blocks(find_package cmake find_package)
asyncmysql_readme_blocks(fetch_content cmake fetch_content)
file(CONFIGURE OUTPUT "${readme_project}/main.cpp" CONTENT "${program_0}" @ONLY)
file(CONFIGURE OUTPUT "${readme_project}/CMakeLists.txt" CONTENT "${find_package_0}" @ONLY)
string(REGEX REPLACE "find_package\\([^)]*\\)\n" "${fetch_content_0}"
    fetching_lists "${find_package_0}")
file(CONFIGURE OUTPUT "${readme_project}-fetching/main.cpp" CONTENT "${program_0}" @ONLY)
file(CONFIGURE OUTPUT "${readme_project}-fetching/CMakeLists.txt"
    CONTENT "${fetching_lists}" @ONLY)

add_executable(package_readme_program "${readme_project}/main.cpp")
target_link_libraries(package_readme_program PRIVATE AsyncMySql::Core)
target_link_options(package_readme_program PRIVATE
    $<TARGET_PROPERTY:asyncmysql_build_flags,INTERFACE_LINK_OPTIONS>)
set_target_properties(package_readme_program PROPERTIES
    CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)

# Nobody listens on port 1: the program says so, and ends.
set(unreachable_url "mysql://anna@127.0.0.1:1/?tls-mode=disabled")
set(unreachable_message "No session of the pool was free in time .*127\\.0\\.0\\.1:1")
add_test(NAME package_readme_program COMMAND package_readme_program "${unreachable_url}")
set_tests_properties(package_readme_program PROPERTIES
    TIMEOUT 30 PASS_REGULAR_EXPRESSION "${unreachable_message}")
