# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# -f figures.awk -f table.awk workloads.txt RESULTS: makes a Markdown table of all figures, and of
# what AsyncMySql is judged by.

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
    if (client == own[workload]) {
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
