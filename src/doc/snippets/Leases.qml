// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the documentation shows of leases in QML.

import QtQuick
import AsyncMySql

Item {
    id: page

    function report() {
        //! [acquire]
        shop.acquire().then(lease => {
            lease.execute("SET @limit = ?", [20]);
            lease.execute("SELECT name FROM articles WHERE price < @limit")
                .then(result => list.model = result.rows());
            lease.release();
        });
        //! [acquire]
    }

    function fill() {
        //! [temporary table]
        shop.acquire().then(lease => {
            lease.execute("CREATE TEMPORARY TABLE basket (article INT)");
            lease.executeBatch("INSERT INTO basket VALUES (?)", [[7], [8]]);
            lease.release();
        });
        //! [temporary table]
    }

    function watch(lease: Lease) {
        //! [lost]
        lease.errorOccurred.connect(error => console.warn(lease.connectionId, error.message));
        //! [lost]
    }

    Pool {
        id: shop
    }

    ListView {
        id: list
    }
}
