// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "protocolfailure.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

namespace AsyncMySql::Protocol {

/// A name from the server, fit for a message.
QString displayName(QByteArrayView name);

/// Why the plugin \a name, which the server requests, cannot be used; no failure if it can.
Failure pluginRefusal(const QByteArray &name, const QList<QByteArray> &allowed);

} // namespace AsyncMySql::Protocol
