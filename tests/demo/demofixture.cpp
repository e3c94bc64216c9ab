// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "demofixture.h"

#include "catalogue.h"

#include <AsyncMySql/Query>
#include <AsyncMySql/Row>

#include <QtCore/qdatetime.h>
#include <QtCore/qdir.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qprocess.h>
#include <QtCore/qsettings.h>
#include <QtGui/qevent.h>
#include <QtGui/qimage.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// MariaDB starts in a second.
constexpr auto ServerName = "mariadb-10.11"_L1;

QString script(const QString &name)
{
    return QStringLiteral(ASYNCMYSQL_SERVER_SCRIPTS "/") + name;
}

void visit(QQuickItem *item, const std::function<void(QQuickItem *)> &function)
{
    if (!item->isVisible())
        return;
    function(item);
    const QList<QQuickItem *> children = item->childItems();
    for (QQuickItem *child : children)
        visit(child, function);
}

} // namespace

DemoFixture::DemoFixture()
{
    // Entries of a build before this one can be wrong: see the README on upgrading.
    qputenv("QML_DISABLE_DISK_CACHE", "1");
}

DemoFixture::~DemoFixture()
{
    m_engine.reset();
    run(u"stop"_s, {u"--remove"_s, m_folder.filePath(u"server"_s)});
}

QString DemoFixture::prepare()
{
    const QString folder = m_folder.filePath(u"server"_s);
    if (const QString problem = run(u"start"_s, {ServerName, folder}); !problem.isEmpty())
        return problem;
    const QSettings ini(folder + "/server.ini"_L1, QSettings::IniFormat);
    const auto value = [&](const QString &key) { return ini.value("server/"_L1 + key).toString(); };
    const QString url = u"mysql://%1:%2@127.0.0.1:%3"_s.arg(value(u"user"_s), value(u"password"_s),
                                                            value(u"port"_s));
    m_other.setUrl(QUrl(url));

    QStringList statements{u"CREATE DATABASE shop"_s, u"USE shop"_s};
    statements += Catalogue::createStatements();
    // What is written twice is seen here.
    statements += {
        u"CREATE TABLE edits (article INT UNSIGNED NOT NULL, before_edit INT NOT NULL,"
        " after_edit INT NOT NULL)"_s,
        u"CREATE TRIGGER count_edits AFTER UPDATE ON catalogue FOR EACH ROW"
        " INSERT INTO edits VALUES (NEW.id, OLD.stock, NEW.stock)"_s,
    };
    for (const QString &sql : std::as_const(statements)) {
        Query *query = m_other.execute(sql);
        query->setAutoDelete(false);
        QSignalSpy finished(query, &Job::finished);
        if (!finished.wait(300'000))
            return sql.left(200) + ": no answer"_L1;
        const Error error = query->error();
        delete query;
        if (error)
            return sql.left(200) + ": "_L1 + error.message();
    }
    m_url = QUrl(url + "/shop"_L1);
    m_other.setUrl(m_url);

    qputenv("ASYNCMYSQL_STOP_SERVER",
            u"\"%1\" \"%2\""_s.arg(script(u"stop"_s), folder).toLocal8Bit());
    qputenv("ASYNCMYSQL_START_SERVER",
            u"\"%1\" %2 \"%3\""_s.arg(script(u"start"_s), ServerName, folder).toLocal8Bit());
    return {};
}

bool DemoFixture::open()
{
    m_engine = std::make_unique<QQmlApplicationEngine>();
    const bool isDark = qEnvironmentVariable("ASYNCMYSQL_THEME") == "dark"_L1;
    m_engine->setInitialProperties({{u"shopUrl"_s, m_url}, {u"startsDark"_s, isDark}});
    m_engine->load(QUrl(u"qrc:/qt-project.org/imports/ShopDemo/Main.qml"_s));
    m_window = qobject_cast<QQuickWindow *>(m_engine->rootObjects().value(0));
    if (!m_window)
        return false;
    m_window->resize(1280, 800);
    // Shortcuts are for the active window, which without a window manager nobody else sees to.
    if (!QTest::qWaitForWindowExposed(m_window))
        return false;
    m_window->requestActivate();
    return QTest::qWaitForWindowActive(m_window);
}

QQuickItem *DemoFixture::item(const QString &name) const
{
    QQuickItem *found = nullptr;
    visit(m_window->contentItem(), [&](QQuickItem *item) {
        if (item->objectName() == name)
            found = item;
    });
    return found;
}

QObject *DemoFixture::object(const QString &name) const
{
    return m_window->findChild<QObject *>(name);
}

QString DemoFixture::text(const QString &name) const
{
    const QQuickItem *found = item(name);
    return found ? found->property("text").toString() : QString();
}

QStringList DemoFixture::texts() const
{
    QStringList all;
    visit(m_window->contentItem(), [&](QQuickItem *item) {
        const QString text = item->property("text").toString();
        if (!text.isEmpty())
            all.append(text);
    });
    return all;
}

QStringList DemoFixture::cutTexts() const
{
    const auto isOfName = [](const QQuickItem *item) {
        for (; item; item = item->parentItem()) {
            if (item->objectName() == "articleList"_L1 || item->objectName() == "nameField"_L1)
                return true;
        }
        return false;
    };
    QStringList cut;
    visit(m_window->contentItem(), [&](QQuickItem *item) {
        if (item->property("truncated").toBool() && !isOfName(item))
            cut.append(item->property("text").toString());
    });
    return cut;
}

void DemoFixture::click(const QString &name)
{
    QQuickItem *found = item(name);
    QVERIFY2(found, qPrintable("There is no "_L1 + name));
    click(found);
}

void DemoFixture::click(QQuickItem *item)
{
    const QPointF center = item->mapToScene({item->width() / 2, item->height() / 2});
    QTest::mouseClick(m_window, Qt::LeftButton, {}, center.toPoint());
}

void DemoFixture::press(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(m_window, key, modifiers);
}

void DemoFixture::type(const QString &text)
{
    for (const QChar &character : text) {
        QTest::keyClick(m_window, character.toLatin1());
        pass(40ms);
    }
}

void DemoFixture::turnWheel(const QString &name, int notches)
{
    QQuickItem *found = item(name);
    QVERIFY2(found, qPrintable("There is no "_L1 + name));
    const QPointF center = found->mapToScene({found->width() / 2, found->height() / 2});
    for (int i = 0; i < notches; ++i) {
        // A wheel that spins freely reports many notches at once. Qt 6.8 moves the list by an
        // animation which each event starts again, so that more events would be slower.
        QWheelEvent wheel(center, m_window->mapToGlobal(center), {}, {0, -1200}, Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        // The speed of scrolling is made of it.
        wheel.setTimestamp(static_cast<quint64>(QDateTime::currentMSecsSinceEpoch()));
        QCoreApplication::sendEvent(m_window, &wheel);
        pass(16ms);
    }
}

bool DemoFixture::waitFor(const std::function<bool()> &condition, std::chrono::milliseconds limit)
{
    // Not QTRY_VERIFY(), which sleeps between its looks: that would be gaps in the event loop.
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (condition())
            loop.exit(1);
    });
    QTimer::singleShot(limit, &loop, [&] { loop.exit(0); });
    look.start(10ms);
    return loop.exec() != 0;
}

void DemoFixture::pass(std::chrono::milliseconds time)
{
    QEventLoop loop;
    QTimer::singleShot(time, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

QVariant DemoFixture::ask(const QString &sql)
{
    Query *query = m_other.execute(sql);
    query->setAutoDelete(false);
    const std::unique_ptr<Query> owner(query);
    QSignalSpy finished(query, &Job::finished);
    if (!finished.wait(60'000) || query->error()) {
        qWarning() << sql << query->error();
        return {};
    }
    return query->result().isEmpty() ? QVariant() : query->result().first().value(0);
}

bool DemoFixture::store(const QString &name) const
{
    // To write one is a gap that the frame meter in the next one shows.
    const QString wanted = qEnvironmentVariable("ASYNCMYSQL_PICTURES", name);
    if (!wanted.split(u' ').contains(name))
        return true;
    const QDir folder(
        qEnvironmentVariable("ASYNCMYSQL_SCREENSHOTS", QStringLiteral(ASYNCMYSQL_SCREENSHOTS)));
    return folder.mkpath(u"."_s) && m_window->grabWindow().save(folder.filePath(name + ".png"_L1));
}

void DemoFixture::report(const QString &what)
{
    qInfo().noquote() << u"%1: longest gap of the event loop %2 ms, of which the thread ran %3 ms; "
                         "%4 gaps over 16 ms"_s.arg(what, -28)
                             .arg(m_meter.longestGap(), 0, 'f', 1)
                             .arg(m_meter.longestWork(), 0, 'f', 1)
                             .arg(m_meter.missedFrames());
    // A machine that is busy with other things makes gaps: what counts is what the thread did.
    QVERIFY2(m_meter.longestWork() < 200, "The event loop was held up");
    m_meter.restart();
}

/// What went wrong, if anything did.
QString DemoFixture::run(const QString &name, const QStringList &arguments)
{
    QProcess process;
    // The server goes on behind the script, and must not hold on to a pipe of this test.
    const QString log = m_folder.filePath(u"scripts.log"_s);
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(log, QIODevice::Append);
    process.start(script(name), arguments);
    if (process.waitForFinished(120'000) && process.exitCode() == 0)
        return {};
    QFile file(log);
    return file.open(QIODevice::ReadOnly) ? QString::fromLocal8Bit(file.readAll())
                                          : process.errorString();
}
