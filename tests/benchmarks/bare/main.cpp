// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The benchmark's lower bound: sends the same commands and throws the answers away unread. Where
// the event loop matters it does so by a QTcpSocket, else by blocking calls.

#include "resultscanner.h"
#include "session.h"
#include "statements.h"
#include "workload.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtNetwork/qtcpsocket.h>

#include <algorithm>

namespace {

/// Keeps as many tiny queries under way as depth says, with one write for what is due at a time.
void sendQueries(const Arguments &arguments, long depth, Figures *figures)
{
    Session session(arguments);
    QTcpSocket socket;
    socket.setSocketDescriptor(session.takeDescriptor());
    ResultScanner scanner;
    QEventLoop loop;
    const QByteArray query = Session::query(Statements::Tiny);
    long sent = 0;
    long answered = 0;

    const auto sendMore = [&] {
        const long due = std::min(arguments.rows, answered + depth) - sent;
        socket.write(query.repeated(due));
        sent += due;
    };
    QObject::connect(&socket, &QTcpSocket::readyRead, &loop, [&] {
        char buffer[16 * 1024];
        while (const qint64 size = std::max<qint64>(0, socket.read(buffer, sizeof buffer)))
            answered += scanner.feed(buffer, static_cast<std::size_t>(size));
        if (answered == arguments.rows)
            loop.quit();
        else
            sendMore();
    });
    QObject::connect(&socket, &QTcpSocket::disconnected, &loop,
                     [] { fail("bare: the connection was lost"); });
    figures->start();
    sendMore();
    loop.exec();
    figures->stop();
    socket.disconnect();
}

void drain(const Arguments &arguments, const QByteArray &sql, Figures *figures)
{
    Session session(arguments);
    ResultScanner scanner;
    char buffer[16 * 1024];
    figures->start();
    session.send(Session::query(sql));
    while (scanner.feed(buffer, static_cast<std::size_t>(session.receive(buffer, sizeof buffer)))
           == 0) {
    }
    figures->stop();
}

void connectAndIdle(const Arguments &arguments, Figures *figures)
{
    figures->start();
    const Session session(arguments);
    figures->stop();
}

void roundTrips(const Arguments &arguments, Figures *figures)
{
    sendQueries(arguments, 1, figures);
}

void pipelinedQueries(const Arguments &arguments, Figures *figures)
{
    sendQueries(arguments, PipelineDepth, figures);
}

void textRows(const Arguments &arguments, Figures *figures)
{
    drain(arguments, Statements::Wide, figures);
}

void blobs(const Arguments &arguments, Figures *figures)
{
    drain(arguments, Statements::Blobs + QByteArray::number(static_cast<qlonglong>(arguments.rows)),
          figures);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    runWorkload("bare",
                {
                    {"base", connectAndIdle},
                    {"roundtrip", roundTrips},
                    {"pipelined", pipelinedQueries},
                    {"text_streamed_natural", textRows},
                    {"blobs", blobs},
                },
                parseArguments(argc, argv));
}
