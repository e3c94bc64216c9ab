// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "textcodec.h"

#include "asciicheck.h"

#include <QtCore/qhash.h>
#include <QtCore/qmutex.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringconverter.h>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace AsyncMySql::Protocol {

namespace {

struct Name
{
    const char *characterSet;
    const char *codec;
};

// Sets of one byte a character, and the codecs that are nearest to them; latin1 needs none.
constexpr Name SingleByteSets[] = {
    {"cp1250", "windows-1250"}, {"cp1251", "windows-1251"}, {"cp1256", "windows-1256"},
    {"cp1257", "windows-1257"}, {"cp850", "IBM850"},        {"cp852", "IBM852"},
    {"cp866", "IBM866"},        {"greek", "ISO-8859-7"},    {"hebrew", "ISO-8859-8"},
    {"koi8r", "KOI8-R"},        {"koi8u", "KOI8-U"},        {"latin2", "ISO-8859-2"},
    {"latin5", "ISO-8859-9"},   {"latin7", "ISO-8859-13"},  {"macce", "x-mac-centraleurroman"},
    {"macroman", "macintosh"},
};

struct Difference
{
    const char *characterSet;
    uchar byte;
    char16_t character;
};

// Where the tables of the servers are not those of the codecs.
constexpr Difference Differences[] = {
    {"cp852", 0xAA, 0x00AC}, {"cp866", 0xFC, 0x207F}, {"cp866", 0xFD, 0x00B2},
    {"greek", 0xA1, 0x02BD}, {"greek", 0xA2, 0x02BC}, {"hebrew", 0xAF, 0x203E},
    {"koi8u", 0x95, 0x2022},
};

constexpr Name MultiByteSets[] = {
    {"big5", "Big5"},      {"cp932", "windows-31j"}, {"eucjpms", "EUC-JP"},
    {"euckr", "EUC-KR"},   {"gb18030", "gb18030"},   {"gb2312", "GB2312"},
    {"gbk", "GBK"},        {"sjis", "Shift_JIS"},    {"ucs2", "UTF-16BE"},
    {"ujis", "EUC-JP"},    {"utf16", "UTF-16BE"},    {"utf16le", "UTF-16LE"},
    {"utf32", "UTF-32BE"},
};

/// 0x80 to 0x9F of the servers' latin1, which is Windows-1252 and keeps the five bytes that have no
/// character there (MySQL manual, "West European Character Sets").
constexpr char16_t Latin1Begin[] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

const char *codecOf(QByteArrayView characterSet, const Name *begin, const Name *end)
{
    const Name *found = std::find_if(
        begin, end, [&](const Name &name) { return characterSet == name.characterSet; });
    return found == end ? nullptr : found->codec;
}

/// The first character of four bytes in \a utf8; empty if there is none.
QString firstBeyondBmp(QByteArrayView utf8)
{
    const auto found = std::find_if(utf8.begin(), utf8.end(),
                                    [](char c) { return static_cast<uchar>(c) >= 0xF0; });
    return QString::fromUtf8(QByteArrayView(found, std::min<qsizetype>(4, utf8.end() - found)));
}

QString nameOfFirst(const QString &text)
{
    const uint code = text.toUcs4().value(0);
    return u"U+%1"_s.arg(code, 4, 16, QChar(u'0')).toUpper();
}

} // namespace

std::shared_ptr<const TextCodec> makeTextCodec(QByteArrayView characterSet)
{
    std::shared_ptr<TextCodec> codec;
    if (characterSet == "latin1") {
        codec.reset(new TextCodec(nullptr));
        for (size_t i = 0; i < codec->m_characters.size(); ++i)
            codec->m_characters[i] = static_cast<char16_t>(0x80 + i);
        std::copy(std::begin(Latin1Begin), std::end(Latin1Begin), codec->m_characters.begin());
        return codec;
    }
    if (const char *name
        = codecOf(characterSet, std::begin(SingleByteSets), std::end(SingleByteSets))) {
        codec.reset(new TextCodec(nullptr));
        for (size_t i = 0; i < codec->m_characters.size(); ++i) {
            QStringDecoder decoder(name);
            if (!decoder.isValid())
                return {};
            const char byte = static_cast<char>(0x80 + i);
            const QString character = decoder(QByteArrayView(&byte, 1));
            codec->m_characters[i] = character.size() == 1 && !decoder.hasError()
                                         ? character.front().unicode()
                                         : QChar(QChar::ReplacementCharacter).unicode();
        }
        for (const Difference &difference : Differences) {
            if (characterSet == difference.characterSet)
                codec->m_characters[difference.byte - 0x80u] = difference.character;
        }
        return codec;
    }
    const char *name = codecOf(characterSet, std::begin(MultiByteSets), std::end(MultiByteSets));
    if (!name || !QStringDecoder(name).isValid())
        return {};
    codec.reset(new TextCodec(name));
    return codec;
}

TextCodec::TextCodec(const char *codecName)
    : m_codecName(codecName)
{
}

std::shared_ptr<const TextCodec> TextCodec::find(QByteArrayView characterSet)
{
    if (characterSet.isEmpty() || characterSet.startsWith("utf8"))
        return {};
    static QMutex mutex;
    static QHash<QByteArray, std::shared_ptr<const TextCodec>> codecs;
    const QMutexLocker lock(&mutex);
    const QByteArray name = characterSet.toByteArray();
    const auto found = codecs.constFind(name);
    if (found != codecs.cend())
        return *found;
    // Bounded: a hostile server can send ever new names.
    constexpr qsizetype maximumCodecs = 128;
    std::shared_ptr<const TextCodec> codec = makeTextCodec(name);
    if (codecs.size() < maximumCodecs)
        codecs.insert(name, codec);
    return codec;
}

QByteArray TextCodec::toUtf8(QByteArrayView text) const
{
    if (m_codecName) {
        QStringDecoder decoder(m_codecName, QStringDecoder::Flag::Stateless);
        const QString decoded = decoder(text);
        return decoded.toUtf8();
    }
    QString decoded(text.size(), Qt::Uninitialized);
    std::transform(text.begin(), text.end(), decoded.begin(), [this](char c) {
        const auto byte = static_cast<uchar>(c);
        return QChar(byte < 0x80 ? char16_t(byte) : m_characters[byte - 0x80u]);
    });
    return decoded.toUtf8();
}

std::optional<QByteArray> TextCodec::fromUtf8(QByteArrayView utf8) const
{
    if (m_codecName)
        return std::nullopt;
    const QString text = QString::fromUtf8(utf8);
    QByteArray encoded(text.size(), Qt::Uninitialized);
    char *to = encoded.data();
    for (const QChar character : text) {
        const char16_t code = character.unicode();
        if (code < 0x80) {
            *to++ = static_cast<char>(code);
            continue;
        }
        const auto found = std::find(m_characters.begin(), m_characters.end(), code);
        if (found == m_characters.end() || code == QChar::ReplacementCharacter)
            return std::nullopt;
        *to++ = static_cast<char>(0x80 + (found - m_characters.begin()));
    }
    return encoded;
}

std::optional<FormattingError> encodeText(QByteArray *text, const QByteArray &characterSet)
{
    if (characterSet == "utf8mb4" || Values::isAscii(*text))
        return std::nullopt;
    if (characterSet == "utf8mb3" || characterSet == "utf8") {
        const QString beyond = firstBeyondBmp(*text);
        if (beyond.isEmpty())
            return std::nullopt;
        return FormattingError{
            u"the session's character_set_client is utf8mb3, which has no %1; use SET NAMES "
            "utf8mb4"_s.arg(nameOfFirst(beyond))};
    }
    const QString name = QString::fromLatin1(characterSet);
    if (const auto codec = TextCodec::find(characterSet)) {
        if (std::optional<QByteArray> encoded = codec->fromUtf8(*text)) {
            *text = *std::move(encoded);
            return std::nullopt;
        }
        return FormattingError{u"the text has characters that cannot be written in the session's "
                               "character_set_client \"%1\"; use SET NAMES utf8mb4"_s.arg(name)};
    }
    return FormattingError{u"text outside of ASCII cannot be written in the session's "
                           "character_set_client \"%1\"; use SET NAMES utf8mb4"_s.arg(name)};
}

} // namespace AsyncMySql::Protocol
