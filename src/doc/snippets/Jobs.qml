// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the documentation shows of jobs in QML.

import QtQuick
//! [import]
import AsyncMySql
//! [import]

Item {
    id: page

    property int customer
    property alias list: list
    property alias slider: slider
    property alias banner: banner

    function find() {
        //! [execute]
        shop.execute("SELECT name FROM articles WHERE price < ?", [20])
            .then(result => list.model = result.rows(), error => console.warn(error.message));
        //! [execute]
    }

    function order() {
        //! [transaction]
        const transaction = shop.beginTransaction();
        transaction.execute("DELETE FROM carts WHERE customer = ?", [customer]);
        transaction.commit();
        transaction.failed(error => banner.show(error.message));
        //! [transaction]
    }

    Connection {
        id: shop
    }

    ListView {
        id: list
    }

    QtObject {
        id: slider

        property real value
    }

    QtObject {
        id: banner

        function show(text: string) {
            console.warn(text);
        }
    }

    //! [query]
    Query {
        id: total
        connection: shop
        sql: "SELECT COUNT(*) AS n FROM articles WHERE price < ?"
        parameters: [slider.value]
    }
    Text { text: total.result.hasRows ? total.result.first().n : "…" }
    //! [query]
}
