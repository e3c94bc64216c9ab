// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "arguments.h"
#include "figures.h"

#include <initializer_list>
#include <string>

/// What a client does for one workload. The function logs in and prepares first; what is between
/// Figures::start() and Figures::stop() is measured.
struct Workload
{
    const char *name;
    void (*run)(const Arguments &arguments, Figures *figures);
};

inline void runWorkload(const char *client, std::initializer_list<Workload> workloads,
                        const Arguments &arguments)
{
    for (const Workload &workload : workloads) {
        if (arguments.workload == workload.name) {
            Figures figures;
            workload.run(arguments, &figures);
            figures.print(client, arguments);
            return;
        }
    }
    fail(std::string(client) + " has no workload " + arguments.workload);
}
