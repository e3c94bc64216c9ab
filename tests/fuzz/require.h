// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

/// What must hold whatever the input is: libFuzzer keeps the input with which it does not.
inline void require(bool condition)
{
    if (!condition)
        __builtin_trap();
}
