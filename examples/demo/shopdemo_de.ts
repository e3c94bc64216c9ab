<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>ArticleForm</name>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Kategorie</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>Preis</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>Bestand</translation>
    </message>
    <message>
        <source>Another client has changed this article.</source>
        <translation>Ein anderer Client hat diesen Artikel geändert.</translation>
    </message>
    <message>
        <source>Take theirs</source>
        <translation>Fremde nehmen</translation>
    </message>
    <message>
        <source>Revert</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>Meine behalten</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
</context>
<context>
    <name>ArticleTable</name>
    <message>
        <source>Article</source>
        <translation>Artikel</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Kategorie</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>Preis</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>Bestand</translation>
    </message>
    <message>
        <source>Searching …</source>
        <translation>Suche …</translation>
    </message>
    <message>
        <source>No article has such a name</source>
        <translation>Kein Artikel heißt so</translation>
    </message>
</context>
<context>
    <name>NodePlugs</name>
    <message>
        <source>Node %1 answers</source>
        <translation>Knoten %1 antwortet</translation>
    </message>
    <message>
        <source>No node answers</source>
        <translation>Kein Knoten antwortet</translation>
    </message>
    <message>
        <source>Plug in (%1)</source>
        <translation>Stecken (%1)</translation>
    </message>
    <message>
        <source>%1 joins …</source>
        <translation>%1 tritt bei …</translation>
    </message>
    <message>
        <source>Pull plug %1</source>
        <translation>%1 trennen</translation>
    </message>
</context>
<context>
    <name>PoolPanel</name>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 in use</source>
        <translation>%1 in Gebrauch</translation>
    </message>
    <message>
        <source>%1 idle</source>
        <translation>%1 frei</translation>
    </message>
    <message>
        <source>%1 connecting</source>
        <translation>%1 im Aufbau</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>verbindet sich</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>waiting to reconnect</source>
        <translation>wartet auf neuen Versuch</translation>
    </message>
    <message>
        <source>The server is being stopped …</source>
        <translation>Der Server wird angehalten …</translation>
    </message>
    <message>
        <source>The server is off</source>
        <translation>Der Server ist aus</translation>
    </message>
    <message>
        <source>The server is starting …</source>
        <translation>Der Server startet …</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Attempt %1 in</source>
        <translation>Versuch %1 in</translation>
    </message>
    <message>
        <source>Next attempt in</source>
        <translation>Nächster Versuch in</translation>
    </message>
    <message>
        <source>Given %L1, answered %L2, failed %L3</source>
        <translation>Gestellt %L1, beantwortet %L2, fehlgeschlagen %L3</translation>
    </message>
    <message>
        <source>Pull the plug</source>
        <translation>Stecker ziehen</translation>
    </message>
    <message>
        <source>Jobs waiting</source>
        <translation>Wartende Aufträge</translation>
    </message>
    <message>
        <source>%L1</source>
        <translation>%L1</translation>
    </message>
    <message>
        <source>10 queries/s</source>
        <translation>10 Abfragen/s</translation>
    </message>
    <message>
        <source>Plug in (%1)</source>
        <translation>Einstecken (%1)</translation>
    </message>
</context>
<context>
    <name>CountdownRow</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
</context>
<context>
    <name>DetailEditor</name>
    <message>
        <source>Article</source>
        <translation>Artikel</translation>
    </message>
    <message>
        <source>Saving …</source>
        <translation>Speichert …</translation>
    </message>
    <message>
        <source>Saves when the server is back</source>
        <translation>Speichert, sobald der Server da ist</translation>
    </message>
    <message>
        <source>Waiting for the server …</source>
        <translation>Wartet auf den Server …</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Wird geladen …</translation>
    </message>
    <message>
        <source>Choose an article in the list</source>
        <translation>Bitte einen Artikel aus der Liste wählen</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Not saved: %L1</source>
        <translation>Nicht gespeichert: %L1</translation>
    </message>
    <message>
        <source>Saved, in %1</source>
        <translation>Gespeichert, in %1</translation>
    </message>
</context>
<context>
    <name>FrameMeterView</name>
    <message>
        <source>longest gap %1 ms</source>
        <translation>längste Lücke %1 ms</translation>
    </message>
    <message>
        <source>longest gap %1 s</source>
        <translation>längste Lücke %1 s</translation>
    </message>
    <message>
        <source>%1 frames/s</source>
        <translation>%1 Bilder/s</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>AsyncMySql: sample shop</source>
        <translation>AsyncMySql: Beispielladen</translation>
    </message>
    <message>
        <source>Catalogue</source>
        <translation>Katalog</translation>
    </message>
    <message>
        <source>Ctrl+F search · Ctrl+S save · Esc revert, cancel · Ctrl+L load · Ctrl+P plug · Ctrl+R slow query · Ctrl+D light, dark</source>
        <translation>Strg+F Suche · Strg+S Speichern · Esc Verwerfen, Abbrechen · Strg+L Last · Strg+P Stecker · Strg+R Langsame Abfrage · Strg+D Hell, dunkel</translation>
    </message>
</context>
<context>
    <name>QueryTimeChart</name>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Query times</source>
        <translation>Abfragezeiten</translation>
    </message>
    <message>
        <source>load</source>
        <translation>Last</translation>
    </message>
    <message>
        <source>search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>edit</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>No query yet</source>
        <translation>Noch keine Abfrage</translation>
    </message>
    <message>
        <source>Queries: %L1, median of the last ones: %2</source>
        <translation>Abfragen: %L1, Median der letzten: %2</translation>
    </message>
</context>
<context>
    <name>SearchPane</name>
    <message>
        <source>Search among 1,000,000 articles: oak tab …</source>
        <translation>Suche unter 1.000.000 Artikeln: oak tab …</translation>
    </message>
    <message>
        <source>Waiting for the server …</source>
        <translation>Wartet auf den Server …</translation>
    </message>
    <message>
        <source>%L1 read, more to come, %L2 ms</source>
        <translation>%L1 gelesen, weitere folgen, %L2 ms</translation>
    </message>
    <message>
        <source>%L1 found, %L2 ms</source>
        <translation>%L1 gefunden, %L2 ms</translation>
    </message>
</context>
<context>
    <name>SlowQueryPanel</name>
    <message>
        <source>%L1 checksums in %2 s</source>
        <translation>%L1 Prüfsummen in %2 s</translation>
    </message>
    <message>
        <source>Cancelled after %L1 rows</source>
        <translation>Nach %L1 Zeilen abgebrochen</translation>
    </message>
    <message>
        <source>A slow query</source>
        <translation>Eine langsame Abfrage</translation>
    </message>
    <message>
        <source>The server computes a checksum of each of the 1,000,000 articles.</source>
        <translation>Der Server berechnet eine Prüfsumme von jedem der 1.000.000 Artikel.</translation>
    </message>
    <message>
        <source>Not started</source>
        <translation>Nicht gestartet</translation>
    </message>
    <message>
        <source>Waiting for the first rows …</source>
        <translation>Wartet auf die ersten Zeilen …</translation>
    </message>
    <message>
        <source>%L1 rows, %2 MB</source>
        <translation>%L1 Zeilen, %2 MB</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Sample shop</source>
        <translation>Beispielladen</translation>
    </message>
    <message>
        <source>No server yet</source>
        <translation>Noch kein Server</translation>
    </message>
    <message>
        <source>%1, encrypted</source>
        <translation>%1, verschlüsselt</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
</context>
</TS>
