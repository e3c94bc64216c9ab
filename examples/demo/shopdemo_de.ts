<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>ArticleForm</name>
    <message>
        <location filename="ArticleForm.qml" line="101"/>
        <source>Number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleForm.qml" line="112"/>
        <location filename="ArticleForm.qml" line="119"/>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleForm.qml" line="126"/>
        <location filename="ArticleForm.qml" line="131"/>
        <source>Category</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleForm.qml" line="138"/>
        <location filename="ArticleForm.qml" line="143"/>
        <source>Price</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleForm.qml" line="154"/>
        <location filename="ArticleForm.qml" line="159"/>
        <source>Stock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleForm.qml" line="179"/>
        <source>Somebody else has changed this article meanwhile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleForm.qml" line="197"/>
        <source>Take theirs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleForm.qml" line="197"/>
        <source>Revert</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleForm.qml" line="203"/>
        <source>Keep mine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleForm.qml" line="203"/>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ArticleTable</name>
    <message>
        <location filename="ArticleTable.qml" line="44"/>
        <source>Article</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleTable.qml" line="45"/>
        <source>Category</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleTable.qml" line="46"/>
        <source>Price</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleTable.qml" line="47"/>
        <source>Stock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleTable.qml" line="279"/>
        <source>Searching …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ArticleTable.qml" line="279"/>
        <source>No article has such a name</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConnectionPanel</name>
    <message>
        <location filename="ConnectionPanel.qml" line="25"/>
        <source>not connected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="26"/>
        <source>connecting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="27"/>
        <source>logging in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="28"/>
        <source>connected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="29"/>
        <source>closing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="30"/>
        <source>waiting to reconnect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="34"/>
        <source>The server is being stopped …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="35"/>
        <source>The server is off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="36"/>
        <source>The server is starting …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="39"/>
        <source>Connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="74"/>
        <source>Queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="ConnectionPanel.qml" line="106"/>
        <source>%n job(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="112"/>
        <source>Idle, closes in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="114"/>
        <source>busy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="120"/>
        <source>Attempt %1 in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="121"/>
        <source>Next attempt in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="131"/>
        <source>Given %L1, answered %L2, failed %L3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="152"/>
        <source>10 queries a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="164"/>
        <source>Plug in again (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="ConnectionPanel.qml" line="165"/>
        <source>Pull the plug</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CountdownRow</name>
    <message>
        <location filename="CountdownRow.qml" line="66"/>
        <source>%1 s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DetailEditor</name>
    <message>
        <location filename="DetailEditor.qml" line="37"/>
        <source>Article</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="DetailEditor.qml" line="42"/>
        <source>Saving …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="DetailEditor.qml" line="43"/>
        <source>Saves when the server is back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="DetailEditor.qml" line="44"/>
        <source>Waiting for the server …</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="DetailEditor.qml" line="45"/>
        <source>%n article(s) not saved</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <location filename="DetailEditor.qml" line="97"/>
        <source>Loading …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="DetailEditor.qml" line="97"/>
        <source>Choose an article in the list</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FrameMeterView</name>
    <message>
        <location filename="FrameMeterView.qml" line="86"/>
        <source>longest gap %1 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="FrameMeterView.qml" line="91"/>
        <source>%1 frames/s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <location filename="Main.qml" line="28"/>
        <source>AsyncMySql: sample shop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="Main.qml" line="138"/>
        <source>Catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="Main.qml" line="193"/>
        <source>Ctrl+F search · Ctrl+S save · Esc revert, cancel · Ctrl+L load · Ctrl+P plug · Ctrl+R slow query · Ctrl+D light, dark</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QueryTimeChart</name>
    <message>
        <location filename="QueryTimeChart.qml" line="29"/>
        <source>%1 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="QueryTimeChart.qml" line="30"/>
        <source>%1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="QueryTimeChart.qml" line="44"/>
        <source>Query times</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="QueryTimeChart.qml" line="48"/>
        <source>load</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="QueryTimeChart.qml" line="49"/>
        <source>search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="QueryTimeChart.qml" line="50"/>
        <source>edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="QueryTimeChart.qml" line="140"/>
        <source>No query yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="QueryTimeChart.qml" line="141"/>
        <source>%L1 queries, half of the last ones in less than %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SearchPane</name>
    <message>
        <location filename="SearchPane.qml" line="69"/>
        <source>Search among 1,000,000 articles: oak tab …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="SearchPane.qml" line="86"/>
        <source>Waiting for the server …</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <location filename="SearchPane.qml" line="90"/>
        <source>%Ln article(s), %1 ms</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <location filename="SearchPane.qml" line="91"/>
        <source>%L1 read, more to come, %2 ms</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SlowQueryPanel</name>
    <message>
        <location filename="SlowQueryPanel.qml" line="30"/>
        <source>%L1 checksums in %2 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="SlowQueryPanel.qml" line="35"/>
        <source>Cancelled after %L1 rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="SlowQueryPanel.qml" line="49"/>
        <source>A slow query</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="SlowQueryPanel.qml" line="55"/>
        <source>The server computes a checksum of each of the 1,000,000 articles.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="SlowQueryPanel.qml" line="83"/>
        <source>Not started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="SlowQueryPanel.qml" line="85"/>
        <source>Waiting for the first rows …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="SlowQueryPanel.qml" line="86"/>
        <source>%L1 rows, %2 MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="SlowQueryPanel.qml" line="99"/>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="SlowQueryPanel.qml" line="99"/>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <location filename="TopBar.qml" line="39"/>
        <source>Sample shop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="TopBar.qml" line="47"/>
        <source>No server yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="TopBar.qml" line="49"/>
        <source>%1, encrypted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="TopBar.qml" line="58"/>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <location filename="TopBar.qml" line="58"/>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
