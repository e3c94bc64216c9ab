// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "eventloopmeter.h"

#include <AsyncMySql/Connection>

#include <QtCore/qtemporarydir.h>
#include <QtQml/qqmlapplicationengine.h>
#include <QtQuick/qquickitem.h>
#include <QtQuick/qquickwindow.h>

#include <chrono>
#include <functional>
#include <memory>

/// The window of the demonstration, a server of its own, and somebody else who uses that server.
class DemoFixture
{
public:
    DemoFixture();
    ~DemoFixture();
    Q_DISABLE_COPY_MOVE(DemoFixture)

    /// Starts the server, and makes the catalogue. The answer is what went wrong.
    QString prepare();
    /// Opens the window.
    bool open();

    QQuickWindow *window() const { return m_window; }
    EventLoopMeter &meter() { return m_meter; }

    /// The visible one of this object name.
    QQuickItem *item(const QString &name) const;
    QObject *object(const QString &name) const;
    /// What the item of this name says.
    QString text(const QString &name) const;
    /// What all visible items say.
    QStringList texts() const;
    /// Those of them that are cut, but for names of articles.
    QStringList cutTexts() const;
    /// Has the window speak the language of the translators that are installed now.
    void retranslate() { m_engine->retranslate(); }

    void click(const QString &name);
    void click(QQuickItem *item);
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {});
    /// Key by key, as somebody who types quickly.
    void type(const QString &text);
    /// Turns the wheel over the item, downwards, by so many notches.
    void turnWheel(const QString &name, int notches);

    /// Runs the event loop until \a condition holds.
    static bool waitFor(const std::function<bool()> &condition,
                        std::chrono::milliseconds limit = std::chrono::seconds(30));
    static void pass(std::chrono::milliseconds time);

    /// The first value of the result of a statement of somebody else.
    QVariant ask(const QString &sql);

    /// The picture of the window, as screenshots/NAME.png in the build folder.
    bool store(const QString &name) const;
    /// Prints the longest gap since the last call.
    void report(const QString &what);

private:
    QString run(const QString &script, const QStringList &arguments);

    QTemporaryDir m_folder;
    EventLoopMeter m_meter;
    QUrl m_url;
    AsyncMySql::Connection m_other;
    std::unique_ptr<QQmlApplicationEngine> m_engine;
    QQuickWindow *m_window = nullptr;
};
