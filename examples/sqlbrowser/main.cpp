// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// A database browser: a schema tree, an SQL editor, results that load while they are scrolled, and
// tables that can be edited. All of it waits for the server without ever blocking the window.

#include "icons.h"
#include "mainwindow.h"
#include "theme.h"

#include <QtCore/QSettings>
#include <QtCore/QUrl>
#include <QtWidgets/QApplication>

#include <cstdio>

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QApplication::setOrganizationName("AsyncMySql");
    QApplication::setApplicationName("sqlbrowser");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    Theme::apply(Theme::savedScheme());
    QApplication::setWindowIcon(Icons::icon(Icons::Glyph::Application));

    const QString url = argc > 1 ? app.arguments().at(1) : qEnvironmentVariable("ASYNCMYSQL_URL");
    MainWindow window;
    window.show();
    if (url.isEmpty()) {
        window.showConnectionDialog();
        return app.exec();
    }
    AsyncMySql::Error error;
    const auto options = AsyncMySql::ConnectionOptions::fromUrl(QUrl(url), &error);
    if (error) {
        std::fprintf(stderr, "%s\n", qPrintable(error.message()));
        return 2;
    }
    window.connectTo(options, options.user() + '@' + options.host());
    return app.exec();
}
