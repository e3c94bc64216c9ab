// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "workload.h"
#include "workloads.h"

#include <QtCore/qcoreapplication.h>

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    runWorkload("asyncmysql",
                {
                    {"base", connectAndIdle},
                    {"roundtrip", roundTrips},
                    {"pipelined", pipelinedQueries},
                    {"prepared_pipelined", pipelinedPrepared},
                    {"text_streamed_natural", textStreamedNatural},
                    {"text_streamed_qt", textStreamedQt},
                    {"text_streamed_qvariant", textStreamedVariants},
                    {"text_buffered", textBuffered},
                    {"binary_streamed", binaryStreamed},
                    {"binary_buffered", binaryBuffered},
                    {"blobs", blobs},
                    {"insert_one_by_one", insertOneByOne},
                    {"insert_pipelined", insertPipelined},
                    {"insert_bulk", insertBulk},
                    {"connects_tcp", connectTcp},
                    {"connects_tls", connectTls},
                    {"pool_execute", poolExecutes},
                    {"pool_lease", poolLeases},
                    {"pool_reset", poolResets},
                    {"eventloop_streamed", eventLoopStreamed},
                    {"eventloop_buffered", eventLoopBuffered},
                    {"delayed_connects_tcp", connectTcp},
                    {"delayed_connects_tls", connectTls},
                    {"delayed_prepared", pipelinedPrepared},
                    {"delayed_inserts", insertPipelined},
                    {"delayed_model_pages", modelPages},
                    {"delayed_model_edits", modelEdits},
                },
                parseArguments(argc, argv));
}
