// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "errorposition.h"

#include "sqlscanner.h"

#include <QtCore/QRegularExpression>

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
qsizetype lengthOfToken(const QString &sql, qsizetype position)
{
    SqlScanner scanner(sql);
    SqlToken token;
    while (scanner.next(&token)) {
        if (token.end() > position)
            return token.end() - position;
    }
    return 0;
}

/// Line ends do not come back from the server as they were sent.
QString inOneLine(QString text)
{
    for (QChar &c : text) {
        if (c.isSpace())
            c = ' ';
    }
    return text;
}

/// "… near 'FORM articles' at line 2": the rest of the statement from the word that does not fit.
ErrorPosition positionOfSyntaxError(const QString &message, const QString &sql)
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
    return {start, lengthOfToken(sql, start)};
}

/// "Unknown column 'a.nmae' in 'field list'", "Table 'shop.artciles' doesn't exist"
ErrorPosition positionOfName(const QString &message, const QString &sql)
{
    static const QRegularExpression pattern("'([^']+)'");
    const QRegularExpressionMatch match = pattern.match(message);
    if (!match.hasMatch())
        return {};
    const QString name = match.captured(1).section('.', -1);
    SqlScanner scanner(sql);
    SqlToken token;
    while (scanner.next(&token)) {
        QString piece = sql.mid(token.start, token.length);
        if (piece.startsWith('`'))
            piece = piece.mid(1, piece.size() - 2);
        if (piece.compare(name, Qt::CaseInsensitive) == 0)
            return {token.start, token.length};
    }
    return {};
}

} // namespace

ErrorPosition ErrorPosition::of(const AsyncMySql::Error &error, const QString &sql)
{
    const ErrorPosition position = positionOfSyntaxError(error.message(), sql);
    if (position.isKnown() || error.code() != AsyncMySql::Error::ServerError)
        return position;
    return positionOfName(error.message(), sql);
}
