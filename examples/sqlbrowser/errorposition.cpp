// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "errorposition.h"

#include <AsyncMySql/SqlTokenizer>

#include <QtCore/QRegularExpression>

using namespace AsyncMySql;

namespace {

qsizetype startOfLine(const QString &text, int line)
{
    qsizetype position = 0;
    for (int i = 1; i < line; ++i) {
        const qsizetype end = text.indexOf('\n', position);
        if (end < 0)
            return position;
        position = end + 1;
    }
    return position;
}

/// The word at \a position, to be underlined.
qsizetype lengthOfToken(const QString &sql, qsizetype position, const SqlDialect &dialect)
{
    SqlTokenizer tokenizer(sql, dialect);
    while (const auto token = tokenizer.next()) {
        if (token->end() > position)
            return token->end() - position;
    }
    return 0;
}

/// The server may return line ends that differ from those that were sent.
QString inOneLine(QString text)
{
    for (QChar &c : text) {
        if (c.isSpace())
            c = ' ';
    }
    return text;
}

/// "… near 'FORM articles' at line 2": the rest of the statement from the word that does not fit.
ErrorPosition positionOfSyntaxError(const QString &message, const QString &sql,
                                    const SqlDialect &dialect)
{
    static const QRegularExpression pattern("near '(.*)' at line (\\d+)",
                                            QRegularExpression::DotMatchesEverythingOption);
    const QRegularExpressionMatch match = pattern.match(message);
    if (!match.hasMatch())
        return {};
    const QString rest = match.captured(1);
    if (rest.isEmpty())
        return {qMax<qsizetype>(0, sql.size() - 1), 1};
    const qsizetype line = startOfLine(sql, match.captured(2).toInt());
    qsizetype start = inOneLine(sql).indexOf(inOneLine(rest), line);
    if (start < 0)
        start = line;
    return {start, lengthOfToken(sql, start, dialect)};
}

/// "Unknown column 'a.nmae' in 'field list'", "Table 'shop.artciles' doesn't exist"
ErrorPosition positionOfName(const QString &message, const QString &sql, const SqlDialect &dialect)
{
    static const QRegularExpression pattern("'([^']+)'");
    const QRegularExpressionMatch match = pattern.match(message);
    if (!match.hasMatch())
        return {};
    const QString name = match.captured(1).section('.', -1);
    SqlTokenizer tokenizer(sql, dialect);
    while (const auto token = tokenizer.next()) {
        QString piece = sql.mid(token->start, token->length);
        if (token->kind == SqlTokenizer::Token::Kind::Identifier)
            piece = piece.mid(1, piece.size() - 2);
        if (piece.compare(name, Qt::CaseInsensitive) == 0)
            return {token->start, token->length};
    }
    return {};
}

} // namespace

ErrorPosition ErrorPosition::of(const Error &error, const QString &sql, const SqlDialect &dialect)
{
    const ErrorPosition position = positionOfSyntaxError(error.message(), sql, dialect);
    if (position.isKnown() || error.code() != Error::ServerError)
        return position;
    return positionOfName(error.message(), sql, dialect);
}
