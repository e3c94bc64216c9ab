// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <QCoreApplication>
#include <QDebug>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QUrl>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QQmlEngine engine;
    QObject::connect(&engine, &QQmlEngine::quit, &app, &QCoreApplication::quit);
    engine.rootContext()->setContextProperty("serverUrl", QString(argc > 1 ? argv[1] : ""));

    QQmlComponent component(&engine);
    component.setData(R"(
        import QtQml
        import AsyncMySql

        Pool {
            url: serverUrl
            queueTimeout: 1000
            Component.onCompleted: execute("SELECT VERSION() AS version").then(
                result => { console.log(result.first().version); Qt.quit() },
                error => { console.log(error.message); Qt.quit() })
        })",
                      QUrl());
    QObject *pool = component.create();
    if (!pool) {
        qWarning().noquote() << component.errorString();
        return 1;
    }
    const int status = app.exec();
    delete pool;
    return status;
}
