# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# moc describes a base class as the header names it, and qmllint knows it by its full name only. For
# the same reason the headers here name theirs in full.

file(READ "${FILE}" text)
foreach(base IN ITEMS Executor Job)
    string(REPLACE "\"name\": \"${base}\"" "\"name\": \"AsyncMySql::${base}\"" text "${text}")
endforeach()
file(WRITE "${FILE}" "${text}")
