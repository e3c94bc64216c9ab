# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# -f figures.awk -f readme.awk titles.txt workloads.txt RESULTS: makes the Markdown table of the
# README, with a line for each workload and a column for each client that took part.

END {
    count = split("asyncmysql libmariadb boost sqldriver qtsql bare", names, " ")
    head = "| client CPU, s (wall, s) |"
    rule = "|---|"
    for (c = 1; c <= count; ++c) {
        if (rounds["base", names[c]]) {
            head = head " " shown[names[c]] " |"
            rule = rule "--:|"
        }
    }
    print head
    print rule
    for (w = 1; w <= workload_count; ++w) {
        if (rounds[workloads[w], own[workloads[w]]])
            print_workload(workloads[w])
    }
    exit differing
}

function print_workload(workload,    line, c, id) {
    line = sprintf("| " titles[workload] " |", grouped(figures[workload, own[workload], "rows", 1]))
    for (c = 1; c <= count; ++c) {
        id = workload SUBSEP names[c]
        if (rounds["base", names[c]])
            line = line " " (rounds[id] ? cell(workload, id) : "–") " |"
    }
    print line
}

# With the memory or the event loop's longest gap where these are what is measured.
function cell(workload, id,    content) {
    content = sprintf("%.2f (%.2f)", median(id, "cpu"), median(id, "wall"))
    if (checks[workload] ~ /(peak|over)/)
        content = content sprintf(", %.0f MiB", median(id, "peak"))
    if (checks[workload] ~ /gap/)
        content = content sprintf(", gap %.0f ms", median(id, "gap"))
    return content
}

function grouped(count_of,    content, rest) {
    rest = sprintf("%d", count_of)
    for (; length(rest) > 3; rest = substr(rest, 1, length(rest) - 3))
        content = "," substr(rest, length(rest) - 2) content
    return rest content
}
