// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The benchmark's peer in C: MariaDB's client library, which blocks.

#include "workloads.h"

#include "workload.h"

int main(int argc, char **argv)
{
    runWorkload("libmariadb",
                {
                    {"base", connectAndIdle},
                    {"roundtrip", roundTrips},
                    {"pipelined", pipelinedQueries},
                    {"prepared_pipelined", preparedOneByOne},
                    {"text_streamed_natural", textStreamed},
                    {"text_streamed_qt", textStreamed}, // it has one kind of values only
                    {"text_buffered", textBuffered},
                    {"binary_streamed", binaryStreamed},
                    {"binary_buffered", binaryBuffered},
                    {"blobs", blobs},
                    {"insert_one_by_one", insertOneByOne},
                    {"insert_pipelined", insertPipelined},
                    {"insert_bulk", insertBulk},
                    {"connects_tcp", connectTcp},
                    {"connects_tls", connectTls},
                    {"pool_execute", sharedSessions}, // it has one way only
                    {"pool_lease", sharedSessions},
                    {"pool_reset", resetSharedSessions},
                    {"delayed_connects_tcp", connectTcp},
                    {"delayed_connects_tls", connectTls},
                    {"delayed_inserts", insertPipelined},
                },
                parseArguments(argc, argv));
}
