// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The benchmark's peer in Qt: QtSql with the driver QMYSQL, which blocks.

#include "workload.h"
#include "workloads.h"

#include <QtCore/qcoreapplication.h>

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    runWorkload("qtsql",
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
                },
                parseArguments(argc, argv));
}
