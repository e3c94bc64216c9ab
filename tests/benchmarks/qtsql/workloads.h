// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

struct Arguments;
class Figures;

// queries.cpp
void connectAndIdle(const Arguments &arguments, Figures *figures);
void queriesOneByOne(const Arguments &arguments, Figures *figures);
void preparedOneByOne(const Arguments &arguments, Figures *figures);
void insertBatch(const Arguments &arguments, Figures *figures);

// rows.cpp
void textAsVariants(const Arguments &arguments, Figures *figures);
void binaryRows(const Arguments &arguments, Figures *figures);
void blobs(const Arguments &arguments, Figures *figures);
void eventLoopStreamed(const Arguments &arguments, Figures *figures);
void eventLoopBuffered(const Arguments &arguments, Figures *figures);
