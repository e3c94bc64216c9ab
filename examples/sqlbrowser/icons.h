// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtGui/QIcon>

/// Line drawings in the colours of the palette, sharp at every size.
class Icons
{
public:
    enum class Glyph {
        Database,
        Table,
        View,
        Routine,
        Column,
        Key,
        Folder,
        Run,
        RunAll,
        Stop,
        Connect,
        Refresh,
        Add,
        Remove,
        Submit,
        Revert,
        Export,
        Warning,
        History,
        Session,
        Application,
    };

    static QIcon icon(Glyph glyph);
};
