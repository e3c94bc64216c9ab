// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "dispatcher.h"

#include "commandpayloads.h"
#include "commandsink.h"
#include "errorconversion.h"
#include "peerquestion.h"
#include "querycommand.h"
#include "queryexchange.h"
#include "statusexchange.h"
#include "statussequence.h"
#include "workbudget.h"

#include <chrono>
#include <utility>
#include <variant>

namespace AsyncMySql {

using std::chrono::milliseconds;

Dispatcher::Dispatcher(EngineState &state, EngineActions &engine, CommandStopper &stopper,
                       QObject *parent)
    : QObject(parent)
    , m_state(state)
    , m_engine(engine)
    , m_stopper(stopper)
    , m_streamWatch(this)
{
    connect(&m_streamWatch, &StreamWatch::readsAhead, this, [this] { m_state.resumeSession(); });
    connect(&m_streamWatch, &StreamWatch::timedOut, this, [this] {
        const CommandPointer stream = m_state.pipeline.front().command;
        stream->isUnread = stream->stopReason == Error::NoError;
        m_stopper.cancel(stream.get(), Error::QueryTimeout);
    });
    connect(&m_streamWatch, &StreamWatch::blockingStatementChanged, this,
            &Dispatcher::blockingStatementChanged);
}

void Dispatcher::dispatch()
{
    if (m_state.pipeline.isEmpty() && m_state.canceller.needsAbsorber()) {
        absorbLateKill();
        return;
    }
    if (moveGuard() || startTransactionCheck() || startRecovery())
        return;
    // It is called for each answer, where mostly nothing waits.
    if (!m_state.currentQueue().isEmpty())
        sendWaiting();
    watchStream();
}

void Dispatcher::sendWaiting()
{
    WorkBudget budget;
    // No answer comes before control is back in the event loop, and changes it.
    Protocol::SqlDialect dialect = m_state.liveSession->state().dialect();
    m_lookTime = budget.lastLook();
    while (sendNext(dialect)) {
        if (m_state.pipeline.isBehindReset())
            dialect = m_state.liveSession->state().dialect();
        if (budget.isSpent()) {
            m_engine.scheduleAdvance();
            break;
        }
        m_lookTime = budget.lastLook();
    }
    if (m_state.liveSession)
        m_state.liveSession->flush();
}

/// A stream whose rows are not taken would hold up those behind it, and keep the session.
void Dispatcher::watchStream()
{
    const Pipeline &pipeline = m_state.pipeline;
    if (!m_state.isReady() || pipeline.isEmpty() || !pipeline.front().traits.isStream) {
        if (m_streamWatch.isActive())
            m_streamWatch.watch({});
        return;
    }
    m_streamWatch.watch(std::static_pointer_cast<QueryCommand>(pipeline.front().command),
                        !m_state.currentQueue().isEmpty());
}

/// Whether it is due.
bool Dispatcher::startTransactionCheck()
{
    if (!m_state.pipeline.isEmpty() || !m_state.gate.isUncertain()
        || !m_state.gate.needsCheck(m_state.session.dialect()))
        return false;
    // The answer to a ping has the session's status, which an error has not.
    ping(Activity::TransactionCheck);
    return true;
}

/// The guard is raised before changes that are to be sent ahead, and lowered when the transaction
/// has ended by itself. Whether it is under way.
bool Dispatcher::moveGuard()
{
    if (!m_state.pipeline.isEmpty())
        return false;
    const Protocol::Capabilities capabilities = m_state.session.capabilities;
    if (isGuardLeftBehind()) {
        startActivity(Activity::LowerGuard, m_state.guard.lower(capabilities));
        return true;
    }
    const TransactionLeasePointer &lease = m_state.gate.current();
    if (!lease || lease->state() != TransactionLease::State::Open || lease->isUncertain
        || !isGuardDue(*lease))
        return false;
    startActivity(Activity::RaiseGuard, m_state.guard.raise(*lease, capabilities));
    return true;
}

/// The transaction has ended by itself: nothing is sent before the guard is lowered.
bool Dispatcher::isGuardLeftBehind() const
{
    return m_state.guard.isRaised() && !m_state.gate.current();
}

bool Dispatcher::isGuardDue(TransactionLease &lease) const
{
    // Where the application has turned autocommit off, it stays off.
    return m_state.pipelineDepth() > 1 && !lease.isAbandoned()
           && m_state.session.status.testFlag(Protocol::ServerStatusFlag::AutoCommit)
           && m_state.guard.isDue(lease, m_state.session);
}

/// \a command begins or commits a transaction: the guard moves in the same write.
void Dispatcher::moveGuardBehind(const Command &command)
{
    // That of a command with several steps has its turn when it has ended.
    if (!m_state.liveSession->canStart())
        return;
    const Protocol::Capabilities capabilities = m_state.session.capabilities;
    const TransactionLeasePointer begun = command.openedLease();
    if (begun && isGuardDue(*begun))
        startActivity(Activity::RaiseGuard, m_state.guard.raise(*begun, capabilities));
    else if (!begun && m_state.guard.isRaised())
        startActivity(Activity::LowerGuard, m_state.guard.lowerBehindCommit(capabilities));
}

/// Whether it makes sense to call it again.
bool Dispatcher::sendNext(const Protocol::SqlDialect &dialect)
{
    CommandQueue &queue = m_state.currentQueue();
    // Also behind a command that failed without being sent.
    if (!m_state.isReady() || queue.isEmpty() || startTransactionCheck())
        return false;
    Command &command = *queue.front();
    switch (decide(command, dialect)) {
    case SendDecision::WaitForAnswers:
        return false;
    case SendDecision::WaitForProgress:
        m_state.pipeline.waitsForProgress = true;
        return false;
    case SendDecision::FailTransactionOver: {
        const CommandPointer begin = queue.takeFirst();
        begin->finish(begin->openedLease()->lateCommandError());
        m_engine.reportPendingCommands();
        return true;
    }
    case SendDecision::ForgetLostTransaction:
    case SendDecision::FailLostTransaction:
        failLostTransaction();
        return true;
    case SendDecision::CloseSession:
        m_engine.closeSession(queue.takeFirst());
        return false;
    case SendDecision::FailLostAnswer:
        m_engine.endWaiting(queue.takeFirst(), SessionHoldings::lostAnswerError());
        return true;
    case SendDecision::CheckSession:
        ping(Activity::IdleValidation);
        return false;
    case SendDecision::MakeExchange:
        if (PeerQuestion::isDue(m_state, dialect)) {
            askPeer();
            return false;
        }
        return makeExchange(command, dialect);
    }
    return false;
}

SendDecision Dispatcher::decide(const Command &command, const Protocol::SqlDialect &dialect) const
{
    const Pipeline &pipeline = m_state.pipeline;
    const SessionHoldings &holdings = m_state.holdings;
    SendState state;
    state.isAlone = pipeline.isEmpty();
    state.isInTransaction = m_state.gate.current() != nullptr;
    const TransactionLeasePointer begun = command.openedLease();
    state.isTransactionOver = begun && begun->isOver();
    state.hasLostTransaction = holdings.hasLostTransaction();
    const Pipeline::Limits limits{m_state.pipelineDepth(),
                                  m_state.activity != Activity::None || isGuardLeftBehind()
                                      || m_state.sessionOutdated || holdings.hasLostTransaction()
                                      || m_state.canceller.needsAbsorber()
                                      || m_state.gate.isUncertain(),
                                  m_state.hasTransientErrors, m_state.guard.protects(), &dialect};
    if (!state.isAlone) {
        state.isLastWritten = m_state.liveSession->canStart();
        state.canPipelineBehind = pipeline.acceptsMore(limits);
    } else {
        state.isSilent = mustValidate();
    }
    // What the text says is not asked where it does not matter: alone, most statements are sent
    // whatever it is.
    const bool dependsOnText
        = state.isAlone ? state.isSilent || state.hasLostTransaction || holdings.hasLostAnswers()
                        : state.isLastWritten && state.canPipelineBehind;
    CommandTraits traits;
    if (dependsOnText) {
        traits = command.traits(dialect);
    } else {
        traits.beginsTransaction = begun != nullptr;
        traits.closesSession = command.closesSession();
    }
    if (!state.isAlone && state.canPipelineBehind)
        state.canPipelineBehind = pipeline.canPipelineBehind(command, traits, limits);
    state.asksForLostAnswer = traits.role == CommandTraits::SessionRole::Statement
                              && holdings.asksForLostAnswer(traits.effects);
    return decideSend(traits, state);
}

void Dispatcher::failLostTransaction()
{
    SessionHoldings &holdings = m_state.holdings;
    while (holdings.hasLostTransaction() && !m_state.queue.isEmpty()) {
        const CommandTraits traits = m_state.queue.front()->traits(m_state.session.dialect());
        const SendDecision decision = decideAfterLostTransaction(traits);
        if (decision == SendDecision::ForgetLostTransaction)
            holdings.forgetLostTransaction();
        if (decision != SendDecision::FailLostTransaction)
            return;
        if (traits.effects.endsTransaction)
            holdings.forgetLostTransaction();
        m_state.queue.takeFirst()->finish(SessionHoldings::lostTransactionError());
        m_engine.reportPendingCommands();
    }
}

/// Whether it makes sense to call sendNext() again.
bool Dispatcher::makeExchange(Command &command, const Protocol::SqlDialect &dialect)
{
    const bool isAlone = m_state.pipeline.isEmpty();
    if (command.recovery && !command.recovery->failure.isEmpty()) {
        if (isAlone)
            m_engine.endWaiting(m_state.queue.takeFirst(), command.recovery->failedError());
        return isAlone;
    }
    for (const quint32 id : m_state.statements.takeStatementsToClose())
        m_state.liveSession->sendSilently(Protocol::stmtClosePayload(id));

    SessionContext session{m_state.liveSession->state(),
                           dialect,
                           m_state.statements,
                           m_state.pipelineDepth(),
                           m_state.liveSession->columnSets(),
                           m_state.session.peer == SessionState::Peer::NotAsked,
                           m_state.peerDecidesDepth(),
                           m_state.guard.protects(),
                           m_state.holdings.allowsQuestions(),
                           m_state.host.target() != nullptr,
                           &m_state.setup};
    Command::Attempt attempt = command.createExchange(session);
    if (std::holds_alternative<Command::AskPeer>(attempt)) {
        if (!isAlone)
            return false;
        if (PeerQuestion::canBeAsked(m_state, dialect)) {
            askPeer();
            return false;
        }
        session.canAskPeer = false;
        attempt = command.createExchange(session);
    }
    const auto *error = std::get_if<Error>(&attempt);
    if (error || std::holds_alternative<Command::NothingToDo>(attempt)) {
        // Jobs end in their order.
        if (!isAlone)
            return false;
        m_engine.endWaiting(m_state.currentQueue().takeFirst(), error ? *error : Error());
        return true;
    }
    if (std::holds_alternative<Command::NotYet>(attempt)) {
        m_state.pipeline.waitsForProgress = true;
        return false;
    }
    auto &started = std::get<Command::Started>(attempt);
    if (!isAlone && !started.traits.canPipeline)
        return false;
    return send(std::move(started));
}

/// False if the session is at its end: the command stays in the queue.
bool Dispatcher::send(Command::Started started)
{
    if (!m_state.liveSession->start(started.exchange))
        return false;
    Pipeline &pipeline = m_state.pipeline;
    InFlight sent;
    sent.command = m_state.currentQueue().takeFirst();
    sent.exchange = std::move(started.exchange);
    sent.traits = started.traits;
    Command &command = *sent.command;
    if (command.observation)
        m_state.observeSending(command);
    command.mayCommit = sent.traits.mayCommit;
    ++command.attempts;
    command.times.sent = m_lookTime;
    command.times.begun = command.times.answered = {};
    command.setRunning(true);
    sent.inTransaction
        = m_state.liveSession->state().mayBeInTransaction() || m_state.gate.current();
    m_state.gate.recordSent(command);
    sent.timeout = command.timeout;
    const bool isFront = pipeline.isEmpty();
    pipeline.append(std::move(sent));
    if (started.traits.setsUpSession)
        m_state.recordReset();
    if (isFront) {
        m_state.canceller.pipelineRestarted();
        m_stopper.restartFrontTimer();
    } else {
        m_stopper.watchDeadline(command.queueDeadline);
    }
    if (started.traits.beginsTransaction
        || started.traits.transactionEnd == CommandTraits::TransactionEnd::Commit)
        moveGuardBehind(command);
    return true;
}

/// How long the answer to what is no command may take.
milliseconds Dispatcher::checkLimit(Activity activity) const
{
    const ConnectionOptions &options = m_state.options;
    // A table can be large.
    if (activity == Activity::Recovery)
        return {};
    // It rolls back, as the commands of a Transaction do.
    if (activity == Activity::LowerGuard)
        return options.responseTimeout();
    return options.connectTimeout().count() > 0 ? options.connectTimeout()
                                                : options.responseTimeout();
}

void Dispatcher::limitCheck()
{
    if (isChecking())
        m_state.liveSession->expectReactionWithin(checkLimit(m_state.activity));
}

/// False if the session is at its end.
bool Dispatcher::startActivity(Activity activity, std::shared_ptr<Protocol::Exchange> exchange)
{
    // Behind a command its time begins when that is answered: limitCheck().
    const milliseconds limit = m_state.pipeline.isEmpty() ? checkLimit(activity) : milliseconds(0);
    if (!m_state.liveSession->start(exchange, limit))
        return false;
    m_state.activity = activity;
    m_exchange = std::move(exchange);
    m_state.liveSession->flush();
    return true;
}

void Dispatcher::ping(Activity activity)
{
    startActivity(activity, std::make_shared<Protocol::StatusExchange>(
                                Protocol::pingPayload(), m_state.session.capabilities));
}

void Dispatcher::absorbLateKill()
{
    m_state.canceller.absorberSent();
    const Protocol::Capabilities capabilities = m_state.session.capabilities;
    startActivity(Activity::Absorber,
                  std::make_shared<Protocol::QueryExchange>(
                      Protocol::queryPayload("DO SLEEP(0)", capabilities), capabilities));
}

void Dispatcher::askPeer()
{
    startActivity(Activity::PeerDetection, PeerQuestion::question(m_state.session));
}

void Dispatcher::finishCheck()
{
    const std::shared_ptr<Protocol::Exchange> exchange = std::exchange(m_exchange, {});
    const Protocol::Failure &failure = exchange->failure();
    const Activity activity = std::exchange(m_state.activity, Activity::None);
    if (mayFail(activity) ? endsSession(failure) : static_cast<bool>(failure)) {
        m_engine.dropSession(errorFromFailure(failure, m_state.liveSession->peerName()));
        return;
    }
    switch (activity) {
    case Activity::PeerDetection:
        PeerQuestion::recordAnswer(m_state, *exchange);
        m_engine.takeSessionState();
        break;
    case Activity::TransactionCheck:
        m_state.gate.recordCheck(m_state.session.isInTransaction());
        break;
    case Activity::RaiseGuard:
        m_state.guard.recordRaised(*exchange);
        if (failure)
            m_state.gate.recordStrayError(
                errorFromStatementFailure(failure, m_state.liveSession->peerName()));
        break;
    case Activity::LowerGuard:
        if (!m_state.guard.recordLowered(*exchange))
            m_state.sessionUnusable = true;
        break;
    case Activity::Absorber:
        recordAbsorbed(failure);
        break;
    case Activity::Recovery:
        m_state.recoveries.end(*exchange);
        break;
    case Activity::None:
    case Activity::IdleValidation:
        break;
    }
    m_engine.advance();
}

/// Whether the session goes on without a success: the absorber is there to be hit, the session does
/// without an answer of the peer, and the guard knows what a failure means.
bool Dispatcher::mayFail(Activity activity)
{
    return activity == Activity::Absorber || activity == Activity::PeerDetection
           || activity == Activity::RaiseGuard || activity == Activity::LowerGuard
           || activity == Activity::Recovery;
}

/// Whether commands wait for a statement, which is executed before anything else.
bool Dispatcher::startRecovery()
{
    if (m_state.recoveries.isEmpty() || !m_state.pipeline.isEmpty())
        return false;
    switch (m_state.recoveries.next()) {
    case Recoveries::Step::None:
        return false;
    case Recoveries::Step::Wait:
        connect(m_state.sink->recoveryLedger().get(), &RecoveryLedger::ended, this,
                &Dispatcher::recoveryEnded, Qt::UniqueConnection);
        return true;
    case Recoveries::Step::Run:
        break;
    }
    startActivity(Activity::Recovery, m_state.recoveries.begin(m_state.session));
    return true;
}

/// A server that ends a transaction by itself says so in the next answer, whatever that is to.
void Dispatcher::recordAbsorbed(const Protocol::Failure &failure)
{
    if (!failure)
        return;
    const Error error = errorFromStatementFailure(failure, m_state.liveSession->peerName());
    if (!isDeadlock(error))
        return;
    if (m_state.gate.current())
        m_state.gate.recordStrayError(error);
    else if (m_state.holdings.isInTransaction(m_state.session))
        m_state.holdings.loseTransaction();
}

void Dispatcher::continueFront()
{
    InFlight &front = m_state.pipeline.front();
    m_stopper.updateFrontTimer();
    EngineState::recordTimes(*front.command, m_state.liveSession->comingAnswer());
    front.command->progressed(*front.exchange);
    // Perhaps it has sent all that it sends, or its statement has an id now.
    if (std::exchange(m_state.pipeline.waitsForProgress, false))
        m_engine.advance();
}

void Dispatcher::reset()
{
    m_streamWatch.watch({});
    m_state.activity = Activity::None;
    m_state.guard.reset();
    m_exchange.reset();
}

} // namespace AsyncMySql
