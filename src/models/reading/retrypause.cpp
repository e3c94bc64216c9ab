// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "retrypause.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql::Models {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds FirstPause = 250ms;
constexpr std::chrono::milliseconds LongestPause = 30s;

/// The statements differ from page to page.
bool isSame(const Error &left, const Error &right)
{
    return left.code() == right.code() && left.serverErrorNumber() == right.serverErrorNumber()
           && left.message() == right.message();
}

} // namespace

RetryPause::RetryPause()
    : m_next(FirstPause)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RetryPause::ended);
}

bool RetryPause::begin(const Error &error)
{
    // Several statements can fail at a time.
    if (!isActive()) {
        m_timer.start(m_next);
        m_next = std::min(m_next * 2, LongestPause);
    }
    return !isSame(error, std::exchange(m_last, error));
}

bool RetryPause::succeed()
{
    m_next = FirstPause;
    return std::exchange(m_last, {}).isError();
}

bool endsReading(const Error &error)
{
    switch (error.category()) {
    case Error::Category::Connection:
        return error.code() == Error::ConnectionClosed;
    case Error::Category::Job:
        return error.code() != Error::QueueTimeout && error.code() != Error::QueryTimeout;
    case Error::Category::Protocol:
    case Error::Category::Server:
        return false;
    case Error::Category::None:
    case Error::Category::Security:
    case Error::Category::Authentication:
    case Error::Category::Value:
        break;
    }
    return true;
}

} // namespace AsyncMySql::Models
