// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "browserfixture.h"

#include <mainwindow.h>
#include <theme.h>

#include <QtCore/qscopeguard.h>
#include <QtCore/qtemporarydir.h>
#include <QtGui/qpalette.h>
#include <QtTest/qtest.h>
#include <QtWidgets/qlabel.h>

using namespace Qt::StringLiterals;

/// What has colours of its own follows a change of the theme while the window is open.
class tst_BrowserTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void statusFollows();

private:
    QTemporaryDir m_folder;
};

void tst_BrowserTheme::initTestCase()
{
    BrowserFixture::useOwnSettings(m_folder.path(), u"tst_browsertheme"_s);
}

/// The label of the transaction has a palette of its own, that of the state a colour in its text.
void tst_BrowserTheme::statusFollows()
{
    const auto restore = qScopeGuard([] { Theme::apply(Theme::Scheme::System); });
    Theme::apply(Theme::Scheme::Light);
    MainWindow window;
    window.show();
    const auto *transaction = window.findChild<QLabel *>(u"transaction"_s);
    const auto *state = window.findChild<QLabel *>(u"state"_s);
    for (const auto scheme : {Theme::Scheme::Dark, Theme::Scheme::Light}) {
        Theme::apply(scheme);
        QTRY_COMPARE(Theme::isDark(window.palette()), scheme == Theme::Scheme::Dark);
        QTRY_COMPARE(transaction->palette().color(QPalette::WindowText),
                     Theme::warningText(window.palette()));
        const QString faint = Theme::faintText(window.palette()).name();
        QTRY_VERIFY2(state->text().contains(faint), qPrintable(state->text()));
    }
}

QTEST_MAIN(tst_BrowserTheme)

#include "tst_browsertheme.moc"
