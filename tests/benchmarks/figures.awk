# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# Reads titles.txt, workloads.txt and the lines of JSON that the programs printed, for table.awk and
# readme.awk. Each line is one measurement; lines of a workload and client follow in the order of
# rounds. Figures are medians of the rounds; ratios are made within each round, then the median is
# taken.

BEGIN {
    shown["asyncmysql"] = "AsyncMySql"
    shown["libmariadb"] = "libmariadb"
    shown["boost"] = "Boost.MySQL"
    shown["qtsql"] = "QMYSQL"
    shown["sqldriver"] = "QMYSQL_ASYNC"
    shown["bare"] = "bare socket"
    shown["cpu"] = "CPU"
    shown["wall"] = "wall"
    shown["peak"] = "memory"
}

FILENAME ~ /titles\.txt$/ {
    if (match($0, /^[a-z_]+ +/))
        titles[$1] = substr($0, RLENGTH + 1)
    next
}

FILENAME ~ /workloads\.txt$/ {
    if ($0 !~ /^[a-z]/)
        next
    workloads[++workload_count] = $1
    for (i = 3; i <= NF; ++i) {
        if ($i ~ /[<\/]/)
            checks[$1] = checks[$1] " " $i
        else
            clients[$1] = clients[$1] " " $i
    }
    own[$1] = $3
    next
}

{
    workload = text("workload")
    client = text("client")
    id = workload SUBSEP client
    round = ++rounds[id]
    split("wall cpu peak gap work rows", names, " ")
    for (i in names)
        figures[id, names[i], round] = number(names[i])
    check_digest(workload, client, text("digest"))
}

# --- figures --------------------------------------------------------------------------------------

function figure(id, metric, round,    client, over) {
    client = substr(id, index(id, SUBSEP) + 1)
    if (metric == "over") {
        over = figures[id, "peak", round] - figures["base", client, "peak", 1]
        return over > 0 ? over : 0
    }
    if (metric == "each")
        return figures[id, "wall", round] * 1000 / figures[id, "rows", round]
    return figures[id, metric, round]
}

function median(id, metric,    i, values) {
    for (i = 1; i <= rounds[id]; ++i)
        values[i] = figure(id, metric, i)
    return middle(values, rounds[id])
}

function ratio(id, peer_id, metric,    i, values, own, other) {
    for (i = 1; i <= rounds[id]; ++i) {
        own = figure(id, metric, i)
        other = figure(peer_id, metric, i)
        values[i] = other > 0 ? own / other : 0
    }
    return middle(values, rounds[id])
}

function middle(values, count,    i, j, value) {
    for (i = 2; i <= count; ++i) {
        value = values[i]
        for (j = i - 1; j >= 1 && values[j] > value; --j)
            values[j + 1] = values[j]
        values[j + 1] = value
    }
    i = int((count + 1) / 2)
    return count % 2 ? values[i] : (values[i] + values[i + 1]) / 2
}

# --- reading --------------------------------------------------------------------------------------

function text(key) {
    if (!match($0, "\"" key "\": \"[^\"]*\""))
        return ""
    return substr($0, RSTART + length(key) + 5, RLENGTH - length(key) - 6)
}

function number(key) {
    if (!match($0, "\"" key "\": [0-9.]+"))
        return 0
    return substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 4) + 0
}

# All clients must have got the same values, except those that a client knows it has lost.
function check_digest(workload, client, digest) {
    if (digest == "")
        return
    if (digest ~ / lost$/) {
        print "!!! " workload ": " client " lost some of the values: " digest >"/dev/stderr"
        return
    }
    if (!(workload in digests))
        digests[workload] = digest
    if (digests[workload] == digest)
        return
    print "!!! " workload ": " client " got other values: " digest "; not " digests[workload] \
        >"/dev/stderr"
    differing = 1
}
