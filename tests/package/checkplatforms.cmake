# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# cmake -DFOLDERS=... -P checkplatforms.cmake
#
# Headers that only some systems have are included where the preprocessor has asked for the system,
# as in "#ifdef Q_OS_UNIX".

cmake_policy(SET CMP0057 NEW)

set(own_headers "unistd|fcntl|poll|pthread|dlfcn|termios|ifaddrs|netdb|pwd|grp|spawn|signal|syslog")
string(APPEND own_headers "|windows|winsock2|ws2tcpip|io|process|direct")
set(pattern "#[ \t]*include[ \t]*<((${own_headers})\\.h|(sys|netinet|arpa|linux|mach)/[^>]*)>")

set(faults 0)
set(files 0)
set(guarded 0)
foreach(folder IN LISTS FOLDERS)
    file(GLOB_RECURSE sources "${folder}/*.h" "${folder}/*.cpp" "${folder}/*.in")
    foreach(source IN LISTS sources)
        math(EXPR files "${files} + 1")
        file(STRINGS "${source}" lines REGEX "^[ \t]*#")
        # One entry for each condition around the line: 1 if it asks for a system.
        set(conditions)
        foreach(line IN LISTS lines)
            if(line MATCHES "#[ \t]*(if|ifdef|ifndef)[ \t]")
                set(asks 0)
                if(line MATCHES "Q_OS_|_WIN32|__linux__|__APPLE__|__has_include")
                    set(asks 1)
                endif()
                list(APPEND conditions ${asks})
            elseif(line MATCHES "#[ \t]*endif")
                list(POP_BACK conditions)
            elseif(line MATCHES "${pattern}")
                if("1" IN_LIST conditions)
                    math(EXPR guarded "${guarded} + 1")
                else()
                    message(SEND_ERROR "${source}: ${line}: not every system has it")
                    math(EXPR faults "${faults} + 1")
                endif()
            endif()
        endforeach()
    endforeach()
endforeach()
if(files EQUAL 0 OR guarded EQUAL 0)
    message(FATAL_ERROR "Nothing was found to check: ${files} files")
endif()
message(STATUS "${files} files, ${guarded} guarded headers, ${faults} others")
