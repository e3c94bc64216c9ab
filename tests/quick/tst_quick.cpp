// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <QtCore/qobject.h>
#include <QtQml/qqmlengine.h>
#include <QtQuickTest/quicktest.h>

class Setup : public QObject
{
    Q_OBJECT

public Q_SLOTS:
    void applicationAvailable()
    {
        // When a property of a C++ type has another index than in the compiled file of an earlier
        // run, the aliases of that file set the wrong property, once (Qt 6.4).
        qputenv("QML_DISABLE_DISK_CACHE", "1");
    }

    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->addImportPath(QStringLiteral(ASYNCMYSQL_QML_FOLDER));
    }
};

QUICK_TEST_MAIN_WITH_SETUP(tst_quick, Setup)

#include "tst_quick.moc"
