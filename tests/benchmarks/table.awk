# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# table.awk workloads.txt RESULTS: makes a Markdown table of the lines of JSON that the programs
# printed. Each is one measurement; lines of a workload and client follow in the order of rounds.
# Figures are medians of the rounds; ratios are made within each round, then the median is taken.

BEGIN {
    shown["asyncmysql"] = "AsyncMySql"
    shown["libmariadb"] = "libmariadb"
    shown["qtsql"] = "QMYSQL"
    shown["bare"] = "bare socket"
    shown["cpu"] = "CPU"
    shown["wall"] = "wall"
    shown["peak"] = "memory"
}

FNR == NR {
    if ($0 !~ /^[a-z]/)
        next
    workloads[++workload_count] = $1
    for (i = 3; i <= NF; ++i) {
        if ($i ~ /[<\/]/)
            checks[$1] = checks[$1] " " $i
        else
            clients[$1] = clients[$1] " " $i
    }
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

END {
    print "| workload | client | wall | client CPU | peak memory (over the base) " \
        "| measured against | target | met |"
    print "|---|---|--:|--:|--:|---|---|---|"
    for (w = 1; w <= workload_count; ++w) {
        count = split(clients[workloads[w]], names, " ")
        for (c = 1; c <= count; ++c) {
            if (rounds[workloads[w], names[c]])
                print_line(workloads[w], names[c])
        }
    }
    exit differing
}

# --- the lines ------------------------------------------------------------------------------------

function print_line(workload, client,    id, measured, target, met, list, count, i) {
    id = workload SUBSEP client
    if (client == "asyncmysql") {
        count = split(checks[workload], list, " ")
        for (i = 1; i <= count; ++i) {
            judge(id, list[i])
            measured = measured (i > 1 ? "<br>" : "") judged
            target = target (i > 1 ? "<br>" : "") judged_by
            met = met (i > 1 ? "<br>" : "") verdict
        }
    } else if (median(id, "gap") > 0) {
        measured = gap(id)
    }
    printf "| %s | %s | %.3f s | %.3f s | %.1f MiB (%s) | %s | %s | %s |\n",
        workload, shown[client], median(id, "wall"), median(id, "cpu"), median(id, "peak"),
        rounds["base", client] ? sprintf("+%.1f", median(id, "over")) : "?", measured, target, met
}

# Judges by one check, such as "cpu/libmariadb<=0.75": sets judged, judged_by, verdict.
function judge(id, check,    parts, subject, peer, value, peer_id) {
    split(check, parts, "<=")
    split(parts[1], subject, "/")
    peer = subject[2]
    peer_id = substr(id, 1, index(id, SUBSEP)) peer
    judged_by = verdict = ""
    if (peer != "" && !rounds[peer_id]) {
        judged = shown[subject[1]] ": no " shown[peer]
        return
    }
    value = peer == "" ? median(id, subject[1]) : ratio(id, peer_id, subject[1])
    if (peer != "")
        judged = sprintf("%s %.2f × %s", shown[subject[1]], value, shown[peer])
    else if (subject[1] == "gap")
        judged = gap(id)
    else
        judged = sprintf(subject[1] == "over" ? "%.1f MiB over the base" : "%.2f ms each", value)
    if (parts[2] != "") {
        judged_by = "≤ " (parts[2] == 0.1429 ? "1/7" : parts[2] == 0.125 ? "1/8" : parts[2])
        verdict = value <= parts[2] + 0 ? "yes" : "**no**"
    }
}

function gap(id) {
    return sprintf("longest gap %.1f ms, with %.1f ms of work",
        median(id, "gap"), median(id, "work"))
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
