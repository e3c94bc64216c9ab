// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

struct Arguments;
class Figures;

// connecting.cpp
void connectAndIdle(const Arguments &arguments, Figures *figures);
void connectTcp(const Arguments &arguments, Figures *figures);

// pools.cpp
void pooledSessions(const Arguments &arguments, Figures *figures);
void resetPooledSessions(const Arguments &arguments, Figures *figures);

// queries.cpp
void roundTrips(const Arguments &arguments, Figures *figures);
void pipelinedQueries(const Arguments &arguments, Figures *figures);
void pipelinedPrepared(const Arguments &arguments, Figures *figures);
void insertOneByOne(const Arguments &arguments, Figures *figures);
void insertPipelined(const Arguments &arguments, Figures *figures);
