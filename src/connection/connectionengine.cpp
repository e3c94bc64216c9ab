// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionengine.h"

#include "errorconversion.h"
#include "logging.h"
#include "retrydelay.h"

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

ConnectionEngine::ConnectionEngine(QObject *parent, CredentialSource *credentials)
    : JobSink(parent)
    , m_state(
          this, credentials, [this] { advance(); },
          [this](const Error &error) { onHostChosen(error); })
    , m_stopper(m_state, *this, this)
    , m_dispatcher(m_state, *this, m_stopper, this)
    , m_outcomes(m_state, *this, m_stopper)
    , m_idle(
          this, [this] { onIdle(); },
          [this] {
              if (m_reportsIdle)
                  Q_EMIT idleDisconnectChanged();
          })
{
    connect(&m_state.failer, &CommandFailer::finished, this, &ConnectionEngine::scheduleAdvance);

    const Reconnector *reconnector = &m_state.reconnector;
    connect(reconnector, &Reconnector::due, this, &ConnectionEngine::openSession);
    connect(reconnector, &Reconnector::attemptChanged, this,
            &ConnectionEngine::reconnectAttemptChanged);
    connect(reconnector, &Reconnector::nextAttemptChanged, this,
            &ConnectionEngine::nextReconnectChanged);

    connect(&m_state.canceller, &QueryCanceller::failed, this, [this](const QString &reason) {
        m_state.host.recordSilent();
        dropSession(Error(Error::ConnectionLost, reason));
    });
    connect(&m_dispatcher, &Dispatcher::blockingStatementChanged, this,
            &ConnectionEngine::blockingStatementChanged);
}

ConnectionEngine::~ConnectionEngine() = default;

void ConnectionEngine::setOptions(const ConnectionOptions &options, const Error &error)
{
    m_optionsError = error ? error : options.validate();
    m_defaults = Defaults::of(options);
    m_state.setOptions(options);
    switch (m_state.phase) {
    case Phase::Opening:
        leaveHandshake();
        releaseSession();
        [[fallthrough]];
    case Phase::WaitingToReconnect:
        setPhase(Phase::Unconnected, Connection::State::Unconnected);
        break;
    case Phase::Ready:
        m_state.sessionOutdated = true;
        break;
    case Phase::Unconnected:
    case Phase::Closing:
        break;
    }
    scheduleAdvance();
}

int ConnectionEngine::pendingCommands() const
{
    const TransactionLeasePointer &lease = m_state.gate.current();
    return m_state.failer.size() + m_state.queue.size() + (lease ? lease->queue().size() : 0)
           + m_state.pipeline.unfinished() + (m_closing ? 1 : 0);
}

void ConnectionEngine::submit(CommandPointer command)
{
    if (m_shutDown) {
        command->finish(connectionClosed());
        return;
    }
    if (command->lease && (command->lease->isOver() || command->lease->isAbandoned())) {
        command->finish(command->lease->lateCommandError());
        return;
    }
    enqueue(std::move(command));
    scheduleAdvance();
}

void ConnectionEngine::enqueue(CommandPointer command)
{
    command->holder = this;
    if (const TransactionLeasePointer lease = command->openedLease())
        takeLease(lease.get());
    const CommandPointer added = command;
    m_state.queueOf(*command).append(std::move(command));
    if (added->lease)
        carryOut(TransactionGate::recordJoined(added));
    m_state.reconnector.watchFirstConnect(m_state.queue);
}

/// Does the next thing that can be done, if any.
void ConnectionEngine::advance()
{
    // Jobs end in their order.
    if (!m_state.failer.isEmpty())
        return;
    CommandQueue &queue = m_state.queue;
    const bool isFree = m_state.pipeline.isEmpty() && !m_state.gate.current();
    if (isFree && !m_state.pipeline.hasRepeats())
        m_dispatcher.failLostTransaction();
    switch (m_state.phase) {
    case Phase::Unconnected:
        if (!queue.isEmpty() && !m_owner)
            openSession();
        return;
    case Phase::Opening:
        // The time that a password provider takes is not limited.
        if (!isWaitingForCredentials() || m_owner)
            return;
        [[fallthrough]];
    case Phase::WaitingToReconnect:
        if (queue.isEmpty()) {
            m_state.reconnector.stop();
            m_state.releaseSession();
            setPhase(Phase::Unconnected, Connection::State::Unconnected);
        } else if (queue.front()->closesSession()) {
            m_stopper.finishClosesInFront();
            scheduleAdvance();
        }
        return;
    case Phase::Ready:
        if (m_dispatcher.isChecking() || m_state.canceller.isBusy()
            || m_state.retryPause.isActive())
            return;
        if (isFree && m_state.mustReplaceSession()) {
            replaceSession();
            return;
        }
        m_idle.stop();
        m_dispatcher.dispatch();
        startIdleCountdown();
        if (m_owner)
            reportToOwner();
        return;
    case Phase::Closing:
        return;
    }
}

/// If there is nothing to be done, or to be kept.
void ConnectionEngine::startIdleCountdown()
{
    if (m_state.isReady() && !m_dispatcher.isChecking() && m_state.pipeline.isEmpty()
        && !m_state.gate.current() && m_state.queue.isEmpty() && !m_state.mustKeepSession()
        && m_state.options.idleTimeout().count() > 0 && !m_idle.isActive())
        m_idle.start(m_state.options.idleTimeout());
}

void ConnectionEngine::setPhase(Phase phase, Connection::State state)
{
    m_state.phase = phase;
    if (phase == Phase::Unconnected && !m_owner)
        m_state.credentials->dropUnwanted();
    Q_EMIT stateChanged(state);
    updateIsInTransaction();
}

void ConnectionEngine::openSession()
{
    m_stopper.finishClosesInFront();
    m_state.reconnector.stop();
    if (m_state.queue.isEmpty() && !m_owner) {
        setPhase(Phase::Unconnected, Connection::State::Unconnected);
        return;
    }
    setPhase(Phase::Opening, Connection::State::Connecting);
    m_state.reconnector.recordAttempt();
    if (m_optionsError) {
        connectFailed(m_optionsError);
        return;
    }
    if (m_state.credentials->isReady())
        connectSession();
    else
        m_state.credentials->prepare(this, [this](const Error &error) { onCredentials(error); });
}

void ConnectionEngine::connectSession()
{
    m_state.sessionProved = false;
    m_state.setup.setAutoCommitOff(m_state.holdings.restoresAutoCommitOff());
    if (m_state.chooseHost())
        m_state.openSession(this);
    m_state.reconnector.watchFirstConnect(m_state.queue);
}

void ConnectionEngine::onReady()
{
    m_dispatcher.recordReaction();
    m_state.reconnector.recordConnected();
    m_state.session = m_state.liveSession->state();
    m_state.recordOpened();
    // The database is that of the session from now on.
    m_state.phase = Phase::Ready;
    Q_EMIT sessionStateChanged();
    m_state.holdings.begin(m_state.session);
    setPhase(Phase::Ready, Connection::State::Connected);
    advance();
}

void ConnectionEngine::onExchangeFinished()
{
    // A silence begins when nothing is awaited any more.
    if (m_dispatcher.isChecking() || m_state.pipeline.size() == 1)
        m_dispatcher.recordReaction();
    takeSessionState();
    if (m_dispatcher.isChecking()) {
        m_dispatcher.finishCheck();
    } else {
        m_outcomes.finishFront();
        m_dispatcher.limitCheck();
    }
}

void ConnectionEngine::onClosed()
{
    releaseSession();
    setPhase(Phase::Unconnected, Connection::State::Unconnected);
    if (m_owner) {
        handBack(Session::End::Closed, {});
        return;
    }
    if (const CommandPointer closing = std::exchange(m_closing, {})) {
        m_state.holdings.clear();
        closing->finish({});
        Q_EMIT pendingCommandsChanged();
    }
    advance();
}

/// Whatever belonged to the session goes with it.
void ConnectionEngine::releaseSession()
{
    m_state.releaseSession();
    m_state.retryPause.stop();
    m_stopper.reset();
    m_idle.stop();
    m_state.canceller.reset();
    m_dispatcher.reset();
    m_state.sessionOutdated = false;
    m_state.sessionUnusable = false;
    m_state.passwordExpired = {};
    m_state.statements.clear();
}

void ConnectionEngine::sessionLost(const Error &error, const QString &reason)
{
    const bool isPausing = m_state.retryPause.isActive();
    m_state.host.recordLost(m_state.sessionProved);
    releaseSession();
    setPhase(Phase::Unconnected, Connection::State::Unconnected);
    if (!error && m_state.pipeline.isEmpty())
        qCDebug(lcConnection) << "The server closed the idle connection:" << reason;
    const Error lost = error ? error : Error(Error::ConnectionLost, reason);
    const TransactionLeasePointer lease = m_state.gate.take();
    // Asked before the pipeline is emptied.
    const bool committed = m_state.pipeline.mayHaveCommitted();
    m_outcomes.loseSession(lost, lease != nullptr);
    reportLostHoldings(lease != nullptr);
    TransactionGate::fail(lease, lost, committed);
    if (error)
        Q_EMIT errorOccurred(error);
    if (m_owner) {
        handBack(Session::End::Lost, lost);
        return;
    }
    const bool isPromising = m_state.sessionProved || m_state.reconnector.hasOtherHost();
    const Reconnector::Action action
        = Reconnector::sessionLost(isPromising, isPausing, !m_state.queue.isEmpty());
    if (action == Reconnector::Action::Reconnect)
        scheduleAdvance();
    else if (action == Reconnector::Action::Wait)
        scheduleReconnect();
}

void ConnectionEngine::connectFailed(const Error &error)
{
    m_state.recordOpenFailed(error);
    releaseSession();
    if (m_state.credentials->mayRetry(error, m_state.credentialsRevision)) {
        openSession();
        return;
    }
    if (m_owner) {
        setPhase(Phase::Unconnected, Connection::State::Unconnected);
        handBack(Session::End::OpenFailed, error);
        return;
    }
    const Reconnector::Action action
        = m_state.reconnector.connectFailed(error, !m_state.queue.isEmpty());
    Q_EMIT errorOccurred(error);
    if (action == Reconnector::Action::Reconnect) {
        qCWarning(lcConnection).noquote() << error.message() << "- trying another host";
        openSession();
        return;
    }
    if (action == Reconnector::Action::Wait) {
        scheduleReconnect();
        qCWarning(lcConnection).noquote()
            << error.message() << "- retrying at"
            << m_state.reconnector.nextAttempt().toString(Qt::ISODateWithMs);
        return;
    }
    setPhase(Phase::Unconnected, Connection::State::Unconnected);
    if (action != Reconnector::Action::FailWaiting)
        return;
    qCWarning(lcConnection).noquote() << error.message();
    m_state.reconnector.resetAttempt();
    m_state.failer.end(m_state.queue.takeAll(), error);
}

/// The session of the owner is gone, which looks for another one.
void ConnectionEngine::handBack(Session::End end, const Error &error)
{
    m_owner->sessionEnded({end, error, m_state.sessionProved, m_state.queue.takeAll()});
}

void ConnectionEngine::scheduleReconnect()
{
    m_state.reconnector.start();
    setPhase(Phase::WaitingToReconnect, Connection::State::WaitingToReconnect);
}

void ConnectionEngine::closeSession(CommandPointer command)
{
    m_idle.stop();
    m_closing = std::move(command);
    setPhase(Phase::Closing, Connection::State::Closing);
    m_state.liveSession->quit();
}

void ConnectionEngine::replaceSession()
{
    if (m_state.passwordExpired) {
        // A later session would be of no more use: it is as if this one had not been opened.
        m_state.holdings.end(m_state.session);
        connectFailed(Error(m_state.passwordExpired));
        return;
    }
    if (m_state.sessionUnusable)
        reportLostHoldings(true);
    closeSession({});
}

void ConnectionEngine::replaceSessionLater()
{
    if (m_owner) {
        m_state.sessionUnusable = true;
        m_state.retryPause.start(
            retryDelay(m_state.retryPolicy, m_state.queue.front()->attempts - 1));
        return;
    }
    releaseSession();
    scheduleReconnect();
}

void ConnectionEngine::setUpSessionAgain()
{
    m_state.phase = Phase::Opening;
    m_state.setup.setAutoCommitOff(m_state.holdings.restoresAutoCommitOff());
    m_state.liveSession->setUpAgain();
}

void ConnectionEngine::onSessionEnded(Session::End end, const Error &error, const QString &reason)
{
    switch (end) {
    case Session::End::OpenFailed:
        connectFailed(error);
        return;
    case Session::End::Lost:
        // A server may close the session behind a COMMIT (completion_type).
        sessionLost(m_dispatcher.isLoweringGuard() ? Error() : error, reason);
        return;
    case Session::End::Closed:
        onClosed();
        return;
    }
}

/// The session is gone though the application did not ask for that.
void ConnectionEngine::reportLostHoldings(bool hadTransaction)
{
    const QString held = m_state.holdings.description(m_state.session, hadTransaction);
    m_state.holdings.end(m_state.session);
    if (held.isEmpty())
        return;
    qCWarning(lcConnection).noquote() << "The session was lost, and with it" << held;
    Q_EMIT sessionStateLost(held);
}

void ConnectionEngine::shutDown()
{
    m_shutDown = true;
    if (m_state.phase == Phase::Ready && m_state.liveSession->isIdle())
        m_state.liveSession->quit();
    abort();
    m_state.failer.endNow();
}

void ConnectionEngine::abort()
{
    releaseSession();
    m_state.holdings.clear();
    m_state.reconnector.stop();
    m_state.reconnector.resetAttempt();
    const Error closed = connectionClosed();
    const TransactionLeasePointer lease = m_state.gate.take();
    const bool committed = m_state.pipeline.mayHaveCommitted();
    m_outcomes.abort(closed);
    TransactionGate::fail(lease, closed, committed);
    if (const CommandPointer closing = std::exchange(m_closing, {}))
        closing->finish({});
    m_state.failer.end(m_state.queue.takeAll(), closed);
    if (m_state.phase != Phase::Unconnected)
        setPhase(Phase::Unconnected, Connection::State::Unconnected);
    Q_EMIT pendingCommandsChanged();
}

void ConnectionEngine::takeLease(TransactionLease *lease)
{
    lease->holder = this;
    lease->queue().setHolder(this);
    lease->setFailer(&m_state.failer);
    connect(&lease->queue(), &CommandQueue::sizeChanged, this,
            &ConnectionEngine::pendingCommandsChanged, Qt::UniqueConnection);
    connect(&lease->queue(), &CommandQueue::timedOut, &m_stopper, &CommandStopper::endTimedOut,
            Qt::UniqueConnection);
}

void ConnectionEngine::abandon(const TransactionLeasePointer &lease, Command *begin)
{
    const TransactionGate::Action action = m_state.gate.abandon(lease);
    if (action == TransactionGate::Action::CancelBegin)
        cancel(begin, Error::Cancelled);
    else
        carryOut(action);
}

void ConnectionEngine::carryOut(TransactionGate::Action action)
{
    switch (action) {
    case TransactionGate::Action::RollBack:
        m_stopper.endUndone();
        m_state.gate.rollBack();
        scheduleAdvance();
        return;
    case TransactionGate::Action::ReplaceSession:
        m_state.sessionUnusable = true;
        return;
    case TransactionGate::Action::CancelBegin:
    case TransactionGate::Action::Nothing:
        return;
    }
}

void ConnectionEngine::takeSessionState()
{
    if (m_state.takeSessionState())
        Q_EMIT sessionStateChanged();
    updateIsInTransaction();
}

void ConnectionEngine::updateIsInTransaction()
{
    const bool isInTransaction = m_state.isReady() && m_state.session.isInTransaction();
    if (std::exchange(m_isInTransaction, isInTransaction) != isInTransaction)
        Q_EMIT inTransactionChanged();
}

} // namespace AsyncMySql
