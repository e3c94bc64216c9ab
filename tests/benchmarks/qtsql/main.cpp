// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The benchmark's program for QtSql, which blocks. With the driver QMYSQL it is a peer.

#include "driver.h"
#include "workload.h"
#include "workloads.h"

#include <QtCore/qcoreapplication.h>

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    runWorkload(clientName,
                {
                    {"base", connectAndIdle},
                    {"roundtrip", queriesOneByOne},
                    {"pipelined", queriesOneByOne},
                    {"prepared_pipelined", preparedOneByOne},
                    {"text_streamed_qvariant", textAsVariants},
                    {"binary_streamed", binaryRows},
                    {"blobs", blobs},
                    {"insert_bulk", insertBatch},
                    {"eventloop_streamed", eventLoopStreamed},
                    {"eventloop_buffered", eventLoopBuffered},
                    {"sql_statements", queriesOneByOne},
                    {"sql_prepared", preparedOneByOne},
                    {"sql_rows", textAsVariants},
                    {"sql_rows_prepared", binaryRows},
                    {"sql_batch", insertBatch},
                },
                parseArguments(argc, argv));
}
