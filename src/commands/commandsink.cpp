// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandsink.h"

namespace AsyncMySql {

CommandSink::CommandSink(QObject *parent)
    : QObject(parent)
{
}

CommandSink::~CommandSink() = default;

} // namespace AsyncMySql
