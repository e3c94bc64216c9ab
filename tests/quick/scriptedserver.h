// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "fakeserver.h"

#include <QtCore/qurl.h>
#include <QtQml/qqmlregistration.h>

/// A FakeServer for QML.
class ScriptedServer : public QObject
{
    Q_OBJECT
    Q_PROPERTY(QUrl url READ url CONSTANT FINAL)
    Q_PROPERTY(QString password READ password CONSTANT FINAL)
    QML_ELEMENT

public:
    explicit ScriptedServer(QObject *parent = nullptr);

    QUrl url() const;
    QString password() const;

    /// Never answers \a sql.
    Q_INVOKABLE void stall(const QString &sql);
    Q_INVOKABLE void refuse(const QString &sql, int number, const QString &sqlState,
                            const QString &message);
    /// Answers with one row with the column "value".
    Q_INVOKABLE void answer(const QString &sql, const QString &value);
    /// Dies when \a sql comes for the first time.
    Q_INVOKABLE void dieOnce(const QString &sql);
    Q_INVOKABLE int countQuery(const QString &sql) const;
    Q_INVOKABLE void stopListening();
    Q_INVOKABLE void listenAgain();
    Q_INVOKABLE void cutAll();

private:
    Fake::FakeServer m_server;
};
