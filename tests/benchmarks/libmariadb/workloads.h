// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

struct Arguments;
class Figures;

// connecting.cpp
void connectAndIdle(const Arguments &arguments, Figures *figures);
void connectTcp(const Arguments &arguments, Figures *figures);
void connectTls(const Arguments &arguments, Figures *figures);

// pools.cpp
void sharedSessions(const Arguments &arguments, Figures *figures);
void resetSharedSessions(const Arguments &arguments, Figures *figures);

// queries.cpp
void roundTrips(const Arguments &arguments, Figures *figures);
void pipelinedQueries(const Arguments &arguments, Figures *figures);
void preparedOneByOne(const Arguments &arguments, Figures *figures);

// textrows.cpp
void textStreamed(const Arguments &arguments, Figures *figures);
void textBuffered(const Arguments &arguments, Figures *figures);
void blobs(const Arguments &arguments, Figures *figures);

// binaryrows.cpp
void binaryStreamed(const Arguments &arguments, Figures *figures);
void binaryBuffered(const Arguments &arguments, Figures *figures);

// inserts.cpp
void insertOneByOne(const Arguments &arguments, Figures *figures);
void insertPipelined(const Arguments &arguments, Figures *figures);
void insertBulk(const Arguments &arguments, Figures *figures);
