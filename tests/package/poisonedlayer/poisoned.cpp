// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poisoned.h"

#include "handshake.h" // forbidden
#include "poisoned.moc"
