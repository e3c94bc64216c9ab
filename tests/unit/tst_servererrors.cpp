// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servererrors.h"

#include <QtCore/qmap.h>
#include <QtTest/qtest.h>

#include <type_traits>
#include <utility>

using namespace AsyncMySql::Protocol;

namespace {

using Trait = ServerErrorTrait;
using Traits = ServerErrorTraits;

// A number of one flavour is never taken for one of another.
template <typename Left, typename Right, typename = void>
constexpr bool AreComparable = false;
template <typename Left, typename Right>
constexpr bool AreComparable<
    Left, Right, std::void_t<decltype(std::declval<Left>() == std::declval<Right>())>> = true;
static_assert(AreComparable<ServerErrorCode, CommonServerError>);
static_assert(AreComparable<ServerErrorCode, MySqlServerError>);
static_assert(AreComparable<ServerErrorCode, MariaDbServerError>);
static_assert(!AreComparable<CommonServerError, MySqlServerError>);
static_assert(!AreComparable<MySqlServerError, MariaDbServerError>);
static_assert(!AreComparable<quint16, CommonServerError>);
static_assert(!AreComparable<quint16, MySqlServerError>);
static_assert(!AreComparable<ServerErrorCode, quint16>);

struct Meaning
{
    Traits ofMySql;
    Traits ofMariaDb;
    Traits ofUnknown;

    static Meaning everywhere(Traits traits) { return {traits, traits, traits}; }
    static Meaning mySql(Traits traits) { return {traits, {}, {}}; }
    static Meaning mariaDb(Traits traits) { return {{}, traits, {}}; }
    /// What no MariaDB has: it means the same where the server is unknown.
    static Meaning notMariaDb(Traits traits) { return {traits, {}, traits}; }
};

/// Written down apart from the table, from the servers' error references.
QMap<int, Meaning> meanings()
{
    const Traits transient = Trait::Transient;
    const Traits farewell = Trait::Transient | Trait::EndsSession;
    const Traits access = Trait::Access;
    const Traits prepare = Trait::NeedsPreparation;
    const Traits text = Trait::NotPreparable;
    QMap<int, Meaning> all;
    for (const int number : {1040, 1041, 1047, 1158, 1159, 1160, 1161, 1203, 1226})
        all[number] = Meaning::everywhere(transient);
    for (const int number : {1053, 1079})
        all[number] = Meaning::everywhere(farewell);
    for (const int number : {1044, 1045, 1130, 1251, 1698})
        all[number] = Meaning::everywhere(access);
    for (const int number : {126, 127, 1034, 1194, 1195})
        all[number] = Meaning::everywhere(Trait::DamagedInUse);
    for (const int number : {1820, 1862})
        all[number] = Meaning::everywhere(Trait::PasswordExpired);
    for (const int number : {1243, 1615})
        all[number] = Meaning::everywhere(prepare);
    for (const int number : {1064, 1295, 1461})
        all[number] = Meaning::everywhere(text);
    all[1205] = Meaning::everywhere(Trait::Transient | Trait::Conflict);
    all[1213] = Meaning::everywhere(Trait::Conflict);
    all[3032] = Meaning::mySql(transient);
    for (const int number : {3169, 4031})
        all[number] = Meaning::mySql(farewell);
    for (const int number : {3118, 3955})
        all[number] = Meaning::mySql(access);
    all[3988] = Meaning::notMariaDb(Trait::NeedsPreparation | Trait::MayNeedPreparation);
    all[3101] = Meaning::notMariaDb(Trait::Conflict);
    all[6413] = Meaning::notMariaDb(text);
    all[1927] = Meaning::mariaDb(farewell);
    all[4151] = Meaning::mariaDb(access);
    return all;
}

} // namespace

class tst_ServerErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyNumberHasItsMeaning();
    void codesEqualThoseOfTheirFlavour();
    void clientsHaveNumbersOfTheirOwn();
};

void tst_ServerErrors::everyNumberHasItsMeaning()
{
    const QMap<int, Meaning> expected = meanings();
    for (int number = 0; number <= 0xFFFF; ++number) {
        const Meaning meaning = expected.value(number);
        const auto traitsOf = [number](ServerFlavour flavour) {
            return serverErrorTraits({static_cast<quint16>(number), flavour});
        };
        const bool isRight = traitsOf(ServerFlavour::MySql) == meaning.ofMySql
                             && traitsOf(ServerFlavour::MariaDb) == meaning.ofMariaDb
                             && traitsOf(ServerFlavour::Unknown) == meaning.ofUnknown;
        QVERIFY2(isRight, qPrintable(QString::number(number)));
    }
}

void tst_ServerErrors::codesEqualThoseOfTheirFlavour()
{
    for (const ServerFlavour flavour :
         {ServerFlavour::Unknown, ServerFlavour::MySql, ServerFlavour::MariaDb}) {
        const auto code = [flavour](quint16 number) { return ServerErrorCode{number, flavour}; };
        QVERIFY(code(1243) == CommonServerError::UnknownStatement);
        QVERIFY(code(1193) == CommonServerError::UnknownSystemVariable);
        QVERIFY(code(1317) == CommonServerError::QueryInterrupted);
        QVERIFY(code(1295) == CommonServerError::NotPreparable);
        QVERIFY(!(code(1064) == CommonServerError::NotPreparable));
        QCOMPARE(code(4031) == MySqlServerError::InteractionTimeout,
                 flavour == ServerFlavour::MySql);
        QCOMPARE(code(4151) == MariaDbServerError::AccountLocked,
                 flavour == ServerFlavour::MariaDb);
    }
}

void tst_ServerErrors::clientsHaveNumbersOfTheirOwn()
{
    for (const int number : {2000, 2013, 2099, 5000, 5099})
        QVERIFY(isClientErrorNumber(number));
    for (const int number : {0, 1045, 1999, 2100, 4999, 5100, 65535})
        QVERIFY(!isClientErrorNumber(number));
}

QTEST_APPLESS_MAIN(tst_ServerErrors)
#include "tst_servererrors.moc"
