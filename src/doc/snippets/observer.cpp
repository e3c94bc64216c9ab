// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the documentation shows of observers.

#include "window.h"

#include <AsyncMySql/Observer>

#include <QtCore/QDebug>

using namespace AsyncMySql;

//! [class]
class SlowStatements : public Observer
{
public:
    void operationEnded(const Operation &operation) override
    {
        if (operation.timing.executing() > std::chrono::seconds(1))
            qWarning() << "slow:" << operation.sanitizedStatement();
    }
};
//! [class]

void Window::observes()
{
    //! [install]
    pool->setObserver(std::make_shared<SlowStatements>());
    //! [install]
}
