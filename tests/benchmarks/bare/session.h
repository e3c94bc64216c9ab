// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

struct Arguments;

/// A logged-in blocking socket, and nothing more. Logs in by mysql_native_password only.
class Session
{
public:
    explicit Session(const Arguments &arguments);
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    int descriptor() const { return m_descriptor; }
    /// Whoever takes it closes it.
    int takeDescriptor();

    void send(const QByteArray &bytes);
    qsizetype receive(char *buffer, qsizetype size);

    /// COM_QUERY, as a packet.
    static QByteArray query(const QByteArray &sql);

private:
    QByteArray receivePacket();

    int m_descriptor = -1;
};
