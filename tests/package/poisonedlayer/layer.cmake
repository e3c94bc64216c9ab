# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT

# A layer whose includes are partly wrong, for checklayers.cmake: it is never compiled.
list(APPEND layers poisoned)
set(poisoned_FOLDER "${CMAKE_CURRENT_LIST_DIR}")
set(poisoned_SOURCES poisoned.cpp;poisoned.h)
set(poisoned_LAYERS sql)
set(poisoned_PUBLIC_LAYERS "")
set(poisoned_LINK Qt6::Core)
