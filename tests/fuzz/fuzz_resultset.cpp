// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exchangescript.h"
#include "queryexchange.h"
#include "require.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qloggingcategory.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using Progress = Exchange::Progress;

namespace {

QStringList textsOf(QueryExchange *exchange)
{
    QStringList texts;
    for (auto &data : exchange->takeResults()) {
        const Result result(std::move(data));
        texts.append(result.columnNames());
        for (const Row &row : result) {
            for (int i = 0; i < row.columnCount(); ++i) {
                row.value(i);
                texts.append(row.text(i));
            }
        }
    }
    return texts;
}

} // namespace

// Values that cannot be read are warned of, which is no news here.
extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
    QLoggingCategory::setFilterRules(QStringLiteral("asyncmysql.*=false"));
    return 0;
}

// One byte chooses what was agreed on, one the portions; the rest is what the server answers. In
// whatever portions it comes, it gives the same rows and the same failure.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr size_t choices = 2;
    if (size < choices)
        return 0;
    Capabilities capabilities = Capability::Protocol41;
    if (data[0] & 1)
        capabilities |= Capability::DeprecateEof;
    if (data[0] & 2)
        capabilities |= Capability::SessionTrack;
    if (data[0] & 4)
        capabilities |= Capability::MariaDbProgress;
    if (data[0] & 8)
        capabilities |= Capability::MariaDbExtendedMetadata;
    if (data[0] & 16)
        capabilities |= Capability::MariaDbCacheMetadata;
    if (data[0] & 32)
        capabilities |= Capability::LocalFiles;
    QueryExchange::Options options;
    options.limits.resultSize = 1'000'000;
    options.limits.results = 100;
    const QByteArrayView stream(reinterpret_cast<const char *>(data) + choices,
                                static_cast<qsizetype>(size - choices));

    QueryExchange whole("SELECT", capabilities, options);
    Tests::ExchangeReader wholeReader(&whole);
    wholeReader.feed(stream);
    QueryExchange parts("SELECT", capabilities, options);
    Tests::ExchangeReader partsReader(&parts);
    partsReader.feed(stream, 1 + data[1]);

    require(wholeReader.progress() == partsReader.progress());
    require(whole.failure().code == parts.failure().code);
    const FailureCode code = whole.failure().code;
    if (wholeReader.progress() == Progress::Broken) {
        require(code != FailureCode::None && code != FailureCode::ServerError);
    } else {
        // What ends well is a refusal at most: of the server, or of a file.
        require(
            code == FailureCode::None || code == FailureCode::ServerError
            || (code == FailureCode::LocalInfileRefused && capabilities & Capability::LocalFiles));
    }
    require(whole.hasCompleteResult() == parts.hasCompleteResult());
    require(textsOf(&whole) == textsOf(&parts));
    return 0;
}
