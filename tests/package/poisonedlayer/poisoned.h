// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "numerictext.h"
#include "packetwriter.h" // forbidden
#include "poisonedlayer/poisoned.h" // forbidden
#include "session.h" // forbidden
#include "unheardof.h" // forbidden

#include <AsyncMySql/Column>
#include <AsyncMySql/Connection> // forbidden
#include <AsyncMySql/Row> // forbidden
#include <AsyncMySql/connection.h> // forbidden
#include <AsyncMySql/coroutine.h> // forbidden
#include <AsyncMySql/sqldialect.h>

#include <QObject> // forbidden
#include <QtCore/qobject.h> // forbidden
#include <QtCore/qobjectdefs.h>
#include <QtCore/qstring.h>
#include <QtCore/qtimer.h> // forbidden
#include <QtNetwork/qtcpsocket.h> // forbidden
#  include <QtQml/qqml.h> // forbidden

#include <memory>
#include UNREADABLE // forbidden

// A QObject in a comment does no harm.
class Poisoned : public QObject // forbidden
{
    Q_OBJECT // forbidden
    Q_GADGET

    QMetaObject m_metaObject;
    QTimer m_timer; // forbidden
};
