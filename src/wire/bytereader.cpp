// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT
