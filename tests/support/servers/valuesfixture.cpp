// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "valuesfixture.h"

#include <AsyncMySql/ConnectionOptions>
#include <AsyncMySql/Query>

namespace Servers {

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

Connection &ValuesFixture::connectionTo(const Server &server)
{
    std::unique_ptr<Connection> &connection = m_connections[server.name];
    if (!connection) {
        auto &database = m_databases[server.name] = std::make_unique<Database>(server);
        ConnectionOptions options = Servers::options(server);
        options.setDatabase(database->name());
        connection = std::make_unique<Connection>(options);
    }
    return *connection;
}

std::optional<Result> ValuesFixture::select(const Server &server, const QString &sql,
                                            const QVariantList &parameters, Form form)
{
    Query *query = connectionTo(server).execute(sql, parameters);
    query->setPrepared(form == Form::Binary);
    const Fake::OutcomePointer outcome = finishedOf(query);
    if (!outcome->succeeded()) {
        qWarning("%s", Fake::describe(outcome).constData());
        return std::nullopt;
    }
    return outcome->results.value(0);
}

bool ValuesFixture::makeTable(const Server &server, const QString &declaration)
{
    return select(server, u"DROP TEMPORARY TABLE IF EXISTS t"_s)
           && select(server, u"CREATE TEMPORARY TABLE t (v %1)"_s.arg(declaration));
}

} // namespace Servers
