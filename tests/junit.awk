# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# Reads what ctest writes with --output-junit. In it every element begins a line, and what a test
# wrote has no "<".
#
# awk -v names=passed|failed|skipped -f junit.awk: the names of the tests that did
# awk -v output=1 -f junit.awk: what all of them wrote
# awk -v failures=1 -f junit.awk: "name: Failed, 1.2 s" of those that failed, each before what it
#     wrote. For these the closing summary of ctest comes first in the input: how a test failed, by
#     a signal for example, is said there alone.

function attribute(name) {
    if (!match($0, " " name "=\"[^\"]*\""))
        return ""
    return decoded(substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4))
}

function decoded(text) {
    gsub(/&lt;/, "<", text)
    gsub(/&gt;/, ">", text)
    gsub(/&quot;/, "\"", text)
    gsub(/&apos;/, "'", text)
    gsub(/&amp;/, "\\&", text)
    return text
}

/^\t *[0-9]+ - [^ ]+ \(/ {
    reasons[$3] = substr($0, index($0, "(") + 1, index($0, ")") - index($0, "(") - 1)
}
/^\t<testcase / {
    name = attribute("name")
    seconds = attribute("time")
    status = attribute("status")
    state = status == "run" ? "passed" : status == "disabled" ? "skipped" : "failed"
    message = ""
}
/^\t\t<failure / { message = attribute("message") }
/^\t\t<skipped / {
    message = attribute("message")
    if (message ~ /^SKIP_/)
        state = "skipped"
}
# The last element of each test.
/^\t\t<system-out>/ {
    if (names == state)
        print name
    isShown = output || (failures && state == "failed")
    if (isShown && failures)
        printf "%s: %s, %.1f s\n", name, message == "" ? reasons[name] : message, seconds
    isOutput = 1
    sub(/^\t\t<system-out>/, "")
}
isOutput {
    isLast = sub(/<\/system-out>$/, "")
    if (isShown && !(isLast && $0 == ""))
        print decoded($0)
    isOutput = !isLast
}
