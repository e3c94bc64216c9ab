// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#if defined(ASYNCMYSQL_STATIC)
#    define ASYNCMYSQL_EXPORT
#elif defined(ASYNCMYSQL_BUILDING)
#    define ASYNCMYSQL_EXPORT Q_DECL_EXPORT
#else
#    define ASYNCMYSQL_EXPORT Q_DECL_IMPORT
#endif
