// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "compression.h"

#include <AsyncMySql/connectionoptions.h>

namespace AsyncMySql {

Wire::CompressionAlgorithm compressionAlgorithm(ConnectionOptions::Compression compression);

} // namespace AsyncMySql
