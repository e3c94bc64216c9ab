// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "senddecision.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;

namespace {

using Role = CommandTraits::SessionRole;

struct Situation
{
    CommandTraits traits;
    SendState state;
};

/// One row of the table of decisions: a statement of the application, where rows do not say
/// otherwise.
struct Row
{
    const char *name;
    void (*change)(Situation &situation);
    SendDecision decision;
};

const Row Rows[] = {
    {"begins a transaction that is over",
     [](Situation &s) {
         s.traits.beginsTransaction = true;
         s.state.isTransactionOver = true;
         s.state.isAlone = false;
     },
     SendDecision::FailTransactionOver},
    {"begins a transaction", [](Situation &s) { s.traits.beginsTransaction = true; },
     SendDecision::MakeExchange},
    {"statement after a transaction was lost",
     [](Situation &s) { s.state.hasLostTransaction = true; }, SendDecision::FailLostTransaction},
    {"COMMIT after a transaction was lost",
     [](Situation &s) {
         s.state.hasLostTransaction = true;
         s.traits.effects.endsTransaction = true;
     },
     SendDecision::FailLostTransaction},
    {"BEGIN after a transaction was lost",
     [](Situation &s) {
         s.state.hasLostTransaction = true;
         s.traits.effects.startsWithBegin = true;
     },
     SendDecision::ForgetLostTransaction},
    {"Transaction after a transaction was lost",
     [](Situation &s) {
         s.state.hasLostTransaction = true;
         s.traits.role = Role::None;
         s.traits.beginsTransaction = true;
     },
     SendDecision::ForgetLostTransaction},
    {"reset after a transaction was lost",
     [](Situation &s) {
         s.state.hasLostTransaction = true;
         s.traits.role = Role::None;
         s.traits.resetsSession = true;
     },
     SendDecision::ForgetLostTransaction},
    {"close after a transaction was lost",
     [](Situation &s) {
         s.state.hasLostTransaction = true;
         s.traits.role = Role::None;
         s.traits.closesSession = true;
     },
     SendDecision::ForgetLostTransaction},
    {"ping after a transaction was lost",
     [](Situation &s) {
         s.state.hasLostTransaction = true;
         s.traits.role = Role::None;
     },
     SendDecision::MakeExchange},
    {"statement in a transaction, another was lost",
     [](Situation &s) {
         s.state.hasLostTransaction = true;
         s.state.isInTransaction = true;
     },
     SendDecision::MakeExchange},
    {"behind one that is not written",
     [](Situation &s) {
         s.state.isAlone = false;
         s.state.isLastWritten = false;
     },
     SendDecision::WaitForProgress},
    {"behind one that it cannot follow",
     [](Situation &s) {
         s.state.isAlone = false;
         s.state.canPipelineBehind = false;
     },
     SendDecision::WaitForAnswers},
    {"behind one that it can follow", [](Situation &s) { s.state.isAlone = false; },
     SendDecision::MakeExchange},
    {"behind others after a silence",
     [](Situation &s) {
         s.state.isAlone = false;
         s.state.isSilent = true;
     },
     SendDecision::MakeExchange},
    {"close", [](Situation &s) { s.traits.closesSession = true; }, SendDecision::CloseSession},
    {"asks for what is gone", [](Situation &s) { s.state.asksForLostAnswer = true; },
     SendDecision::FailLostAnswer},
    {"asks for what is gone, after a silence",
     [](Situation &s) {
         s.state.asksForLostAnswer = true;
         s.state.isSilent = true;
     },
     SendDecision::FailLostAnswer},
    {"after a silence", [](Situation &s) { s.state.isSilent = true; }, SendDecision::CheckSession},
    {"asks for the last statement, after a silence",
     [](Situation &s) {
         s.state.isSilent = true;
         s.traits.effects.mayAskLastStatement = true;
     },
     SendDecision::MakeExchange},
    {"close after a silence",
     [](Situation &s) {
         s.traits.closesSession = true;
         s.state.isSilent = true;
     },
     SendDecision::CloseSession},
    {"alone", [](Situation &) {}, SendDecision::MakeExchange},
};

} // namespace

class tst_SendDecision : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decides_data();
    void decides();
};

void tst_SendDecision::decides_data()
{
    QTest::addColumn<const Row *>("row");
    for (const Row &row : Rows)
        QTest::newRow(row.name) << &row;
}

void tst_SendDecision::decides()
{
    QFETCH(const Row *, row);
    Situation situation;
    situation.traits.role = Role::Statement;
    row->change(situation);
    QCOMPARE(decideSend(situation.traits, situation.state), row->decision);
}

QTEST_APPLESS_MAIN(tst_SendDecision)
#include "tst_senddecision.moc"
