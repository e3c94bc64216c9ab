#!/usr/bin/env bash
# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# What the scripts of clusters share. To be sourced after lib.sh, not run.

# --- as root: nobody ------------------------------------------------------------------------------

# open_programs PREFIX NODE_FOLDER: the programs below PREFIX, where nobody can read them: root's
# cache folder is closed to others.
open_programs() {
    local prefix=$1 copy
    copy=$(dirname "$2")/programs
    mkdir -p "$copy"
    chmod 755 "$copy"
    (
        flock 9
        [[ ! -d $copy/usr ]] || exit 0
        rm -rf "$copy/usr.part"
        if ! cp -al "$prefix" "$copy/usr.part" 2>/dev/null; then
            rm -rf "$copy/usr.part"
            cp -a --reflink=auto "$prefix" "$copy/usr.part"
        fi
        mv "$copy/usr.part" "$copy/usr"
    ) 9>"$copy.lock"
    printf '%s/usr\n' "$copy"
}

give_to_nobody() {
    local folder=$1
    touch "$folder/output.log" "$folder/error.log"
    chown -R "nobody:$(id -g nobody)" "$folder"
    setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups test -w "$folder/data" ||
        die "the user nobody cannot reach $folder: those above must be open to all (chmod a+x)"
}

# --- processes ------------------------------------------------------------------------------------

# The processes that a server has started, which is the first of its session: those that copy data.
helpers_of() {
    local server=$1 pid stat
    for stat in /proc/[0-9]*/stat; do
        pid=${stat%/stat} pid=${pid#/proc/}
        # The name in parentheses may hold anything; the session is the fourth behind it.
        # shellcheck disable=SC2046
        set -- $(sed 's/.*) //' "$stat" 2>/dev/null)
        [[ ${4:-} != "$server" || $pid == "$server" ]] || printf '%s\n' "$pid"
    done
}

# end_helpers PID: of a server that has ended.
end_helpers() {
    local pid
    for pid in $(helpers_of "$1"); do
        kill -KILL "$pid" 2>/dev/null || true
    done
}

# The process of a node that runs; fails if it does not.
node_pid() {
    local pid
    [[ -f $1/server.pid ]] || return 1
    pid=$(<"$1/server.pid")
    is_server_of "$pid" "$1" && running "$pid" || return 1
    printf '%s\n' "$pid"
}

# Does it run, and was it not stopped by a signal?
can_answer() {
    local pid
    pid=$(node_pid "$1") || return 1
    [[ $(process_state "$pid") != T ]]
}

# The folders of a cluster's nodes.
node_folders() { printf '%s\n' "$1"/node[0-9]; }

# --- membership -----------------------------------------------------------------------------------

# The membership that a node sees, if it is a member of its cluster that takes statements.
view_of() {
    local view
    case $(ini_get "$1/server.ini" name) in
    galera-*)
        view=$(sql "$1" "SHOW STATUS WHERE variable_name IN ('wsrep_ready', 'wsrep_local_state',
            'wsrep_cluster_status', 'wsrep_cluster_conf_id')" | tr '[:space:]' ' ')
        [[ $view == *"status Primary "* && $view == *"state 4 "* && $view == *"ready ON "* ]] ||
            return 1
        ;;
    *)
        view=$(sql "$1" "SELECT view_id FROM performance_schema.replication_group_members
            JOIN performance_schema.replication_group_member_stats USING (member_id)
            WHERE member_id = @@server_uuid AND member_state = 'ONLINE'")
        [[ -n $view ]] || return 1
        ;;
    esac
    printf '%s\n' "$view"
}

# Is the node a member of its cluster that takes statements, also as the other members see it? One
# that stood still learns late that they went on without it.
is_member() {
    local view other theirs
    view=$(view_of "$1") || return 1
    for other in $(node_folders "$(dirname "$1")"); do
        if [[ $other != "$1" ]] && can_answer "$other" && theirs=$(view_of "$other"); then
            [[ $theirs == "$view" ]] || return 1
        fi
    done
}

# wait_member NODE_FOLDER SECONDS
wait_member() {
    local deadline=$((SECONDS + $2))
    until is_member "$1"; do
        node_pid "$1" >/dev/null && ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

# --- how nodes start ------------------------------------------------------------------------------

# start_node FOLDER OPTION...: with those that it always has. Its account was made with the cluster;
# a node would make it again, for all.
start_node() {
    local folder=$1 name options
    shift
    name=$(<"$folder/name")
    mapfile -t options <"$folder/options"
    # A member that has not joined yet must not take writes, which the group would not know of.
    [[ $name == galera-* ]] || options+=(--super-read-only=ON)
    "$(dirname "${BASH_SOURCE[0]}")/start" "$name-node" "$folder" "${options[@]}" \
        --init-file=/dev/null "$@"
}

# A node of Galera that was killed knows from InnoDB alone how far it has come.
galera_position() {
    local folder=$1 state=$1/data/grastate.dat uuid number command
    uuid=$(sed -n 's/^uuid: *//p' "$state") number=$(sed -n 's/^seqno: *//p' "$state")
    if ((number < 0)); then
        mapfile -t command <"$folder/command"
        "${command[@]}" --wsrep-recover "--log-error=$folder/recover.log" >/dev/null 2>&1 || true
        number=$(sed -n "s/.*Recovered position: *$uuid://p" "$folder/recover.log" | tail -n 1)
    fi
    # Otherwise it gets all from another node.
    [[ -n $number ]] || { uuid=00000000-0000-0000-0000-000000000000 number=-1; }
    printf '%s:%s\n' "$uuid" "$number"
}
