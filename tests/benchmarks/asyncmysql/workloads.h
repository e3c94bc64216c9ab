// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

struct Arguments;
class Figures;

// connecting.cpp
void connectAndIdle(const Arguments &arguments, Figures *figures);
void connectTcp(const Arguments &arguments, Figures *figures);
void connectTls(const Arguments &arguments, Figures *figures);

// models.cpp
void modelPages(const Arguments &arguments, Figures *figures);
void modelEdits(const Arguments &arguments, Figures *figures);

// pools.cpp
void poolExecutes(const Arguments &arguments, Figures *figures);
void poolLeases(const Arguments &arguments, Figures *figures);
void poolResets(const Arguments &arguments, Figures *figures);

// queries.cpp
void roundTrips(const Arguments &arguments, Figures *figures);
void pipelinedQueries(const Arguments &arguments, Figures *figures);
void pipelinedPrepared(const Arguments &arguments, Figures *figures);
void insertOneByOne(const Arguments &arguments, Figures *figures);
void insertPipelined(const Arguments &arguments, Figures *figures);
void insertBulk(const Arguments &arguments, Figures *figures);

// rows.cpp
void textStreamedNatural(const Arguments &arguments, Figures *figures);
void textStreamedQt(const Arguments &arguments, Figures *figures);
void textStreamedVariants(const Arguments &arguments, Figures *figures);
void textBuffered(const Arguments &arguments, Figures *figures);
void binaryStreamed(const Arguments &arguments, Figures *figures);
void binaryBuffered(const Arguments &arguments, Figures *figures);
void blobs(const Arguments &arguments, Figures *figures);
void eventLoopStreamed(const Arguments &arguments, Figures *figures);
void eventLoopBuffered(const Arguments &arguments, Figures *figures);
