// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionengine.h"

#include "errorconversion.h"
#include "logging.h"
#include "transactioncommands.h"

#include <QtCore/qcoreevent.h>
#include <QtCore/qmetaobject.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

Error connectionClosed()
{
    return Error(Error::ConnectionClosed, u"The connection was closed by the application"_s);
}

} // namespace

ConnectionEngine::ConnectionEngine(QObject *parent)
    : CommandSink(parent)
    , m_notifier(this)
    , m_ender(this)
    , m_queue(this)
    , m_keeper(&m_setup, this)
    , m_canceller(this)
    , m_streamWatch(this)
    , m_reconnector(this)
    , m_idle(this)
    , m_unbegunTimer(this)
    , m_retryTimer(this)
    , m_frontTimer(this)
{
    for (QTimer *timer : {&m_retryTimer, &m_frontTimer, &m_unbegunTimer}) {
        timer->setSingleShot(true);
        // A coarse timer may come too early by a twentieth.
        timer->setTimerType(Qt::PreciseTimer);
    }

    connect(&m_notifier, &JobNotifier::delivered, this, &ConnectionEngine::advanceAsScheduled);
    connect(&m_ender, &CommandFailer::sizeChanged, this, &ConnectionEngine::pendingCommandsChanged);
    connect(&m_ender, &CommandFailer::finished, this, &ConnectionEngine::scheduleAdvance);
    connect(&m_queue, &CommandQueue::sizeChanged, this, &ConnectionEngine::pendingCommandsChanged);
    connect(&m_queue, &CommandQueue::timedOut, this, &ConnectionEngine::onQueueTimeout);
    connect(&m_keeper, &SessionKeeper::authenticating, this,
            [this] { Q_EMIT stateChanged(Connection::State::Authenticating); });
    connect(&m_keeper, &SessionKeeper::ready, this, &ConnectionEngine::onReady);
    connect(&m_keeper, &SessionKeeper::exchangeFinished, this,
            &ConnectionEngine::onExchangeFinished);
    connect(&m_keeper, &SessionKeeper::exchangeProgressed, this,
            &ConnectionEngine::onExchangeProgressed);
    connect(&m_keeper, &SessionKeeper::openFailed, this, &ConnectionEngine::connectFailed);
    connect(&m_keeper, &SessionKeeper::lost, this, &ConnectionEngine::sessionLost);
    connect(&m_keeper, &SessionKeeper::closed, this, &ConnectionEngine::onClosed);
    connect(&m_canceller, &QueryCanceller::settled, this, &ConnectionEngine::onKillSettled);
    connect(&m_canceller, &QueryCanceller::failed, this,
            [this](const QString &reason) { m_keeper.drop(Error(Error::ConnectionLost, reason)); });
    connect(&m_streamWatch, &StreamWatch::readsAhead, this, &ConnectionEngine::resume);
    connect(&m_streamWatch, &StreamWatch::blockingStatementChanged, this,
            &ConnectionEngine::blockingStatementChanged);
    connect(&m_reconnector, &Reconnector::firstConnectTimedOut, this,
            &ConnectionEngine::onFirstConnectTimeout);
    connect(&m_reconnector, &Reconnector::attemptChanged, this,
            &ConnectionEngine::reconnectAttemptChanged);
    connect(&m_reconnector, &Reconnector::nextAttemptChanged, this,
            &ConnectionEngine::nextReconnectChanged);
    connect(&m_reconnector, &Reconnector::due, this, &ConnectionEngine::openSession);
    connect(&m_idle, &Countdown::endChanged, this, &ConnectionEngine::idleDisconnectChanged);
    connect(&m_idle, &Countdown::timeout, this, [this] {
        m_holdings.end(m_sessionState);
        closeOrderly({});
    });
    connect(&m_retryTimer, &QTimer::timeout, this, &ConnectionEngine::advance);
    connect(&m_frontTimer, &QTimer::timeout, this, &ConnectionEngine::onFrontOverdue);
    connect(&m_unbegunTimer, &QTimer::timeout, this, &ConnectionEngine::expireUnbegun);
    m_reconnector.setOptions(m_options);
}

ConnectionEngine::~ConnectionEngine() = default;

void ConnectionEngine::setOptions(const ConnectionOptions &options, const Error &error)
{
    m_options = options;
    m_defaults
        = {options.queueTimeout(),      options.queryTimeout(),       options.maximumPacketSize(),
           options.maximumResultSize(), options.preparesStatements(), options.retryPolicy()};
    m_optionsError = error ? error : options.validate();
    m_setup.setOptions(options);
    m_statements.setCapacity(options.statementCacheSize());
    // A ticket stands for what was verified under other options.
    m_keeper.forgetTicket();
    m_reconnector.setOptions(options);

    switch (m_phase) {
    case Phase::Opening:
        releaseSession();
        [[fallthrough]];
    case Phase::WaitingToReconnect:
        setPhase(Phase::Unconnected, Connection::State::Unconnected);
        break;
    case Phase::Ready:
        m_sessionOutdated = true;
        break;
    case Phase::Unconnected:
    case Phase::Closing:
        break;
    }
    scheduleAdvance();
}

QString ConnectionEngine::database() const
{
    return m_phase == Phase::Ready ? m_sessionState.database : m_setup.database();
}

int ConnectionEngine::pipelineDepth() const
{
    using Mode = ConnectionOptions::PipeliningMode;
    const Mode mode = m_options.pipeliningMode();
    const bool pipelines
        = mode == Mode::Always
          || (mode == Mode::Automatic && m_sessionState.peer == SessionState::Peer::Server);
    return pipelines ? m_options.pipelineDepth() : 1;
}

int ConnectionEngine::pendingCommands() const
{
    const auto inFlight
        = std::count_if(m_inFlight.begin(), m_inFlight.end(),
                        [](const InFlight &sent) { return !sent.command->isFinished(); });
    return m_ender.size() + m_queue.size()
           + (m_gate.current() ? m_gate.current()->queue().size() : 0) + static_cast<int>(inFlight)
           + static_cast<int>(m_toRepeat.size()) + (m_closing ? 1 : 0);
}

void ConnectionEngine::submit(CommandPointer command)
{
    if (m_shutDown) {
        command->finish(connectionClosed());
        return;
    }
    if (command->lease && (command->lease->isOver() || command->lease->isAbandoned())) {
        command->finish(command->lease->tooLate());
        return;
    }
    command->holder = this;
    if (const TransactionLeasePointer lease = command->openedLease())
        watchLease(lease.get());
    m_reconnector.recordQueued(*command);
    const CommandPointer added = command;
    queueOf(*command).append(std::move(command));
    if (added->lease)
        carryOut(m_gate.recordJoined(added));
    m_reconnector.watchFirstConnect(m_queue);
    scheduleAdvance();
}

/// Work begins from the event loop: whoever queued a job has had the time to connect to it.
void ConnectionEngine::scheduleAdvance()
{
    if (m_advanceScheduled)
        return;
    m_advanceScheduled = true;
    // What slots ask for waits for their end, which is cheaper than an event. The timer is for a
    // slot that runs an event loop of its own.
    if (m_notifier.isDelivering())
        m_advanceTimer.start(0, this);
    else
        QMetaObject::invokeMethod(this, &ConnectionEngine::advanceAsScheduled,
                                  Qt::QueuedConnection);
}

void ConnectionEngine::advanceAsScheduled()
{
    if (!std::exchange(m_advanceScheduled, false))
        return;
    m_advanceTimer.stop();
    advance();
}

void ConnectionEngine::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_advanceTimer.timerId())
        advanceAsScheduled();
    else
        QObject::timerEvent(event);
}

/// Does the next thing that can be done, if any.
void ConnectionEngine::advance()
{
    // Jobs end in their order.
    if (!m_ender.isEmpty())
        return;
    if (m_inFlight.empty() && m_toRepeat.empty() && !m_gate.current())
        failLostTransaction();
    switch (m_phase) {
    case Phase::Unconnected:
        if (!m_queue.isEmpty())
            openSession();
        return;
    case Phase::WaitingToReconnect:
        if (m_queue.isEmpty()) {
            m_reconnector.stop();
            setPhase(Phase::Unconnected, Connection::State::Unconnected);
        } else if (m_queue.front()->closesSession()) {
            finishClosesInFront();
            scheduleAdvance();
        }
        return;
    case Phase::Ready:
        if (m_activity != Activity::None || m_canceller.isBusy() || m_retryTimer.isActive())
            return;
        if (m_inFlight.empty() && !m_gate.current() && mustReplaceSession())
            replaceSession();
        else if (m_inFlight.empty() && m_canceller.needsAbsorber())
            absorbLateKill();
        else if (m_inFlight.empty() && m_gate.needsCheck(m_sessionState.dialect()))
            checkTransaction();
        else
            dispatch();
        return;
    case Phase::Opening:
    case Phase::Closing:
        return;
    }
}

void ConnectionEngine::setPhase(Phase phase, Connection::State state)
{
    m_phase = phase;
    Q_EMIT stateChanged(state);
    updateIsInTransaction();
}

void ConnectionEngine::openSession()
{
    finishClosesInFront();
    m_reconnector.stop();
    if (m_queue.isEmpty()) {
        setPhase(Phase::Unconnected, Connection::State::Unconnected);
        return;
    }
    setPhase(Phase::Opening, Connection::State::Connecting);
    m_reconnector.recordAttempt();
    if (m_optionsError) {
        connectFailed(m_optionsError);
        return;
    }
    m_sessionProved = false;
    m_setup.setAutoCommitOff(m_holdings.restoresAutoCommitOff());
    m_keeper.open(m_options);
    m_reconnector.watchFirstConnect(m_queue);
}

void ConnectionEngine::onFirstConnectTimeout()
{
    if (std::deque<CommandPointer> overdue = m_reconnector.takeOverdue(m_queue); !overdue.empty()) {
        const Error error = m_reconnector.firstConnectError(
            m_keeper.session() ? m_keeper.session()->peerName() : m_options.host());
        qCWarning(lcConnection).noquote() << overdue.size() << "jobs failed:" << error.message();
        m_ender.end(std::move(overdue), error);
        Q_EMIT pendingCommandsChanged();
        scheduleAdvance();
    }
    m_reconnector.watchFirstConnect(m_queue);
}

void ConnectionEngine::onReady()
{
    m_silence.start();
    m_reconnector.recordConnected();
    replaceSessionState();
    m_holdings.begin(m_sessionState);
    setPhase(Phase::Ready, Connection::State::Connected);
    advance();
}

void ConnectionEngine::onClosed()
{
    releaseSession();
    setPhase(Phase::Unconnected, Connection::State::Unconnected);
    if (const CommandPointer closing = std::exchange(m_closing, {})) {
        m_holdings.clear();
        closing->finish({});
        Q_EMIT pendingCommandsChanged();
    }
    advance();
}

/// Whatever belonged to the session goes with it.
void ConnectionEngine::releaseSession()
{
    m_keeper.release();
    m_retryTimer.stop();
    m_frontTimer.stop();
    m_unbegunTimer.stop();
    m_unbegunDeadline = QDeadlineTimer(QDeadlineTimer::Forever);
    m_idle.stop();
    m_canceller.reset();
    m_streamWatch.watch({});
    m_activity = Activity::None;
    m_sessionOutdated = false;
    m_sessionUnusable = false;
    m_exchange.reset();
    m_statements.clear();
}

void ConnectionEngine::sessionLost(const Error &error, const QString &reason)
{
    const bool pausesBeforeRetry = m_retryTimer.isActive();
    releaseSession();
    setPhase(Phase::Unconnected, Connection::State::Unconnected);
    if (!error && m_inFlight.empty())
        qCDebug(lcConnection) << "The server closed the idle connection:" << reason;
    const Error lost = error ? error : Error(Error::ConnectionLost, reason);
    const TransactionLeasePointer lease = m_gate.take();
    const bool committed = mayHaveCommitted();
    loseHoldings(lost, lease != nullptr);
    TransactionGate::fail(lease, lost, committed);
    if (error)
        Q_EMIT errorOccurred(error);
    switch (Reconnector::sessionLost(m_sessionProved, pausesBeforeRetry, !m_queue.isEmpty())) {
    case Reconnector::Action::Reconnect:
        scheduleAdvance();
        return;
    case Reconnector::Action::Wait:
        scheduleReconnect();
        return;
    case Reconnector::Action::FailWaiting:
    case Reconnector::Action::Nothing:
        return;
    }
}

void ConnectionEngine::connectFailed(const Error &error)
{
    releaseSession();
    const Reconnector::Action action = m_reconnector.connectFailed(error, !m_queue.isEmpty());
    Q_EMIT errorOccurred(error);
    if (action == Reconnector::Action::Wait) {
        scheduleReconnect();
        qCWarning(lcConnection).noquote()
            << "Cannot connect, next attempt at"
            << m_reconnector.nextAttempt().toString(Qt::ISODateWithMs) << ":" << error.message();
        return;
    }
    setPhase(Phase::Unconnected, Connection::State::Unconnected);
    if (action != Reconnector::Action::FailWaiting)
        return;
    qCWarning(lcConnection).noquote() << "Cannot connect:" << error.message();
    m_reconnector.resetAttempt();
    failWaiting(error);
}

void ConnectionEngine::scheduleReconnect()
{
    m_reconnector.start();
    setPhase(Phase::WaitingToReconnect, Connection::State::WaitingToReconnect);
}

void ConnectionEngine::reconnectNow()
{
    if (m_phase == Phase::WaitingToReconnect)
        m_reconnector.reconnectNow();
}

void ConnectionEngine::failWaiting(const Error &error)
{
    m_ender.end(m_queue.takeAll(), error);
}

/// With no session, there is nothing to close.
void ConnectionEngine::finishClosesInFront()
{
    while (!m_queue.isEmpty() && m_queue.front()->closesSession()) {
        m_queue.takeFirst()->finish({});
        Q_EMIT pendingCommandsChanged();
    }
}

void ConnectionEngine::closeOrderly(CommandPointer command)
{
    m_idle.stop();
    m_closing = std::move(command);
    setPhase(Phase::Closing, Connection::State::Closing);
    m_keeper.close();
}

void ConnectionEngine::shutDown()
{
    m_shutDown = true;
    if (m_phase == Phase::Ready && m_keeper.session()->isIdle())
        m_keeper.close();
    abort();
    m_ender.endNow();
}

bool ConnectionEngine::hasDependents() const
{
    static const QMetaMethod signal = QMetaMethod::fromSignal(&CommandSink::closing);
    return m_notifier.hasPending() || isSignalConnected(signal);
}

void ConnectionEngine::endDependents()
{
    m_notifier.deliverNow();
    Q_EMIT closing();
}

void ConnectionEngine::abort()
{
    releaseSession();
    m_holdings.clear();
    m_reconnector.stop();
    m_reconnector.resetAttempt();
    const Error closed = connectionClosed();
    const TransactionLeasePointer lease = m_gate.take();
    const bool committed = mayHaveCommitted();
    for (const InFlight &inFlight : std::exchange(m_inFlight, {})) {
        if (inFlight.command->isFinished())
            continue;
        if (inFlight.exchange->mayHaveExecuted())
            inFlight.command->noteExecution(Error::Execution::Unknown);
        inFlight.command->finish(closed);
    }
    for (const CommandPointer &command : std::exchange(m_toRepeat, {}))
        command->finish(closed);
    TransactionGate::fail(lease, closed, committed);
    if (const CommandPointer closing = std::exchange(m_closing, {}))
        closing->finish({});
    failWaiting(closed);
    if (m_phase != Phase::Unconnected)
        setPhase(Phase::Unconnected, Connection::State::Unconnected);
    Q_EMIT pendingCommandsChanged();
}

void ConnectionEngine::watchLease(TransactionLease *lease)
{
    lease->setEnder(&m_ender);
    connect(&lease->queue(), &CommandQueue::sizeChanged, this,
            &ConnectionEngine::pendingCommandsChanged, Qt::UniqueConnection);
    connect(&lease->queue(), &CommandQueue::timedOut, this, &ConnectionEngine::onQueueTimeout,
            Qt::UniqueConnection);
}

void ConnectionEngine::abandon(const TransactionLeasePointer &lease, Command *begin)
{
    const TransactionGate::Action action = m_gate.abandon(lease);
    if (action == TransactionGate::Action::CancelBegin)
        cancel(begin, Error::Cancelled);
    else
        carryOut(action);
}

void ConnectionEngine::carryOut(TransactionGate::Action action)
{
    switch (action) {
    case TransactionGate::Action::RollBack: {
        auto command
            = std::make_shared<EndTransactionCommand>(CommandTraits::TransactionEnd::Rollback);
        command->lease = m_gate.current();
        m_gate.current()->queue().append(std::move(command));
        scheduleAdvance();
        return;
    }
    case TransactionGate::Action::ReplaceSession:
        m_sessionUnusable = true;
        return;
    case TransactionGate::Action::CancelBegin:
    case TransactionGate::Action::Nothing:
        return;
    }
}

void ConnectionEngine::startIdleCountdown()
{
    if (m_options.idleTimeout().count() > 0 && !m_idle.isActive())
        m_idle.start(m_options.idleTimeout());
}

void ConnectionEngine::takeSessionState()
{
    const SessionState &state = m_keeper.session()->state();
    if (state.connectionId == m_sessionState.connectionId
        && state.revision == m_sessionState.revision) {
        m_sessionState.status = state.status;
        updateIsInTransaction();
        return;
    }
    replaceSessionState();
}

void ConnectionEngine::replaceSessionState()
{
    m_sessionState = m_keeper.session()->state();
    Q_EMIT sessionStateChanged();
    updateIsInTransaction();
}

} // namespace AsyncMySql
