// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "session.h"

#include "arguments.h"
#include "statements.h"

#include <QtCore/qeventloop.h>
#include <QtNetwork/qsslcertificate.h>

#include <algorithm>

using namespace AsyncMySql;

Session::Session(const Arguments &arguments, Tls tls)
    : m_connection(options(arguments, tls))
{
}

ConnectionOptions Session::options(const Arguments &arguments, Tls tls)
{
    ConnectionOptions options;
    options.setHost(QString::fromStdString(arguments.host));
    options.setPort(arguments.port);
    options.setUser(QString::fromStdString(arguments.user));
    options.setPassword(QString::fromStdString(arguments.password));
    options.setTlsMode(ConnectionOptions::TlsMode::Disabled);
    options.setPipelineDepth(PipelineDepth);
    if (arguments.forwarded)
        options.setPipeliningMode(ConnectionOptions::PipeliningMode::Always);
    if (tls == Tls::Verified) {
        QSslConfiguration configuration = options.sslConfiguration();
        configuration.setCaCertificates(
            QSslCertificate::fromPath(QString::fromStdString(arguments.ca)));
        options.setSslConfiguration(configuration);
        options.setTlsMode(ConnectionOptions::TlsMode::VerifyIdentity);
    }
    return options;
}

void Session::wait(Job *job)
{
    QEventLoop loop;
    QObject::connect(job, &Job::finished, &loop, [&loop, job] {
        check(job);
        loop.quit();
    });
    loop.exec();
}

Result Session::execute(const QString &sql)
{
    Query *query = m_connection.execute(sql);
    Result result;
    QObject::connect(query, &Job::finished, query, [&result, query] { result = query->result(); });
    wait(query);
    return result;
}

void Session::emptyInsertTable()
{
    execute(QString::fromLatin1(Statements::EmptyTable));
}

qlonglong Session::number(const QString &sql)
{
    return execute(sql).first().value<qlonglong>(0);
}

void Session::keepUnderWay(long count, long depth, const Send &send, const Take &take)
{
    QEventLoop loop;
    long sent = 0;
    long answered = 0;
    std::function<void()> sendNext = [&] {
        Query *query = send(sent++);
        QObject::connect(query, &Job::finished, &loop, [&, query] {
            check(query);
            take(query->result());
            if (++answered == count)
                loop.quit();
            else if (sent < count)
                sendNext();
        });
    };
    while (sent < std::min(count, depth))
        sendNext();
    loop.exec();
}

void Session::check(const Job *job)
{
    if (job->error())
        fail("AsyncMySql: " + job->error().message().toStdString());
}
