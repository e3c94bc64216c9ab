// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The benchmark's asynchronous peer: Boost.MySQL, in one thread, by callbacks.

#include "workloads.h"

#include "workload.h"

int main(int argc, char **argv)
{
    runWorkload("boost",
                {
                    {"base", connectAndIdle},
                    {"roundtrip", roundTrips},
                    {"pipelined", pipelinedQueries},
                    {"prepared_pipelined", pipelinedPrepared},
                    {"insert_one_by_one", insertOneByOne},
                    {"insert_pipelined", insertPipelined},
                    {"connects_tcp", connectTcp},
                    {"pool_execute", pooledSessions}, // it has one way only
                    {"pool_lease", pooledSessions},
                    {"pool_reset", resetPooledSessions},
                    {"delayed_connects_tcp", connectTcp},
                    {"delayed_prepared", pipelinedPrepared},
                    {"delayed_inserts", insertPipelined},
                },
                parseArguments(argc, argv));
}
