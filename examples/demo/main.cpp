// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The demonstration for the desktop. examples/run provides its server.

#include <QtCore/QCommandLineParser>
#include <QtCore/QLocale>
#include <QtCore/QLoggingCategory>
#include <QtCore/QTextStream>
#include <QtCore/QTranslator>
#include <QtCore/QUrl>
#include <QtGui/QGuiApplication>
#include <QtQml/QQmlApplicationEngine>
#include <QtQml/QQmlExtensionPlugin>

Q_IMPORT_QML_PLUGIN(ShopDemoPlugin)

int main(int argc, char *argv[])
{
    QGuiApplication app(argc, argv);
    app.setApplicationName("AsyncMySql demonstration");

    QCommandLineParser parser;
    parser.setApplicationDescription("Shows what AsyncMySql does, with a sample shop.");
    parser.addHelpOption();
    const QCommandLineOption theme("theme", "light or dark, instead of the desktop's", "theme");
    parser.addOption(theme);
    parser.addPositionalArgument("url", "mysql://user:password@host/shop (or ASYNCMYSQL_URL)");
    parser.process(app);

    const QString url
        = parser.positionalArguments().value(0, qEnvironmentVariable("ASYNCMYSQL_URL"));
    if (url.isEmpty()) {
        QTextStream(stderr) << parser.helpText();
        return 2;
    }
    // The window itself shows failed attempts to connect.
    QLoggingCategory::setFilterRules("asyncmysql.connection.warning=false");

    QTranslator translator;
    if (translator.load(QLocale(), "shopdemo", "_", ":/i18n"))
        app.installTranslator(&translator);

    QQmlApplicationEngine engine;
    QVariantMap properties{{"shopUrl", QUrl(url)}};
    if (parser.isSet(theme))
        properties.insert("startsDark", parser.value(theme) == "dark");
    engine.setInitialProperties(properties);
    QObject::connect(
        &engine, &QQmlApplicationEngine::objectCreated, &app,
        [](QObject *window) {
            if (!window)
                QCoreApplication::exit(1);
        },
        Qt::QueuedConnection);
    engine.load(QUrl("qrc:/qt-project.org/imports/ShopDemo/Main.qml"));
    return app.exec();
}
