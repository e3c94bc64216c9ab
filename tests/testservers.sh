# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# Of tests/run: the servers, from their packages to their end. To be sourced, not run.

declare -A server_ini=() server_version=() server_state=()

# One MariaDB and the MySQL keep a binary log, which transaction identifiers need; the others save
# the time. A router gets the server behind it.
server_options() {
    case $1 in
    mysql-router-*) printf '%s\n' "${server_ini[$ROUTED_SERVER]}" ;;
    mariadb-11.8)
        printf '%s\n' --log-bin=binlog --server-id=1 --log-bin-trust-function-creators=ON
        ;;
    mysql-*)
        printf '%s\n' --log-bin=binlog --gtid-mode=ON --enforce-gtid-consistency=ON \
            --sync-binlog=0 --log-bin-trust-function-creators=ON
        ;;
    esac
}

# Everything that cannot be had is known before anything is built.
provide_servers() {
    local name tree result=0
    declare -A provided=()
    for name in "${wanted[@]}" "${clusters[@]}"; do
        tree=$(tree_name "$name")
        if [[ -z ${provided[$tree]:-} ]]; then
            provided[$tree]=yes
            run "$servers_scripts/provide" "$tree" || provided[$tree]=no
        fi
        [[ ${provided[$tree]} == no ]] || continue
        server_state[$name]="could not be had"
        without_server "$name"
        result=1
    done
    return "$result"
}

# without_server NAME: the tests with it do not run, which is allowed to users alone.
without_server() {
    if [[ -n $ci ]]; then
        failed "server $1 ${server_state[$1]}"
    else
        notice "SERVER $1 ${server_state[$1]^^}: its tests do not run"
    fi
}

# start_those PATTERN: all at the same time that were provided and have such a name.
start_those() {
    local name options result=0
    declare -A pids=()
    for name in "${wanted[@]}"; do
        # shellcheck disable=SC2053 # a pattern
        [[ $name == $1 && -z ${server_state[$name]:-} ]] || continue
        if [[ $name == mysql-router-* && ${server_state[$ROUTED_SERVER]} != running ]]; then
            server_state[$name]="has no $ROUTED_SERVER behind it"
            without_server "$name"
            result=1
            continue
        fi
        mapfile -t options < <(server_options "$name")
        launch "$servers_scripts/start" "$name" "$run_folder/$name" "${options[@]}"
        pids[$name]=$child
    done
    for name in "${wanted[@]}"; do
        [[ -n ${pids[$name]:-} ]] || continue
        if wait "${pids[$name]}"; then
            server_state[$name]=running
            server_ini[$name]=$run_folder/$name/server.ini
            server_version[$name]=$(ini_get "${server_ini[$name]}" version)
        else
            server_state[$name]="did not start"
            without_server "$name"
            result=1
        fi
    done
    children=()
    return "$result"
}

start_servers() {
    local name result=0 paths=()
    start_those 'm*-[0-9]*' || result=1
    start_those 'mysql-router-*' || result=1
    for name in "${wanted[@]}"; do
        [[ ${server_state[$name]} != running ]] || paths+=("${server_ini[$name]}")
    done
    ASYNCMYSQL_TEST_SERVERS=$(IFS=: && printf '%s' "${paths[*]}")
    export ASYNCMYSQL_TEST_SERVERS
    name_clusters
    return "$result"
}

# Where tests/servers/fixture starts those that could be had, when a test needs them.
name_clusters() {
    local name paths=()
    # As root their nodes are nobody's processes, who has to come through.
    ((${#clusters[@]} == 0)) || chmod 711 "$run_folder"
    for name in "${clusters[@]}"; do
        [[ -z ${server_state[$name]:-} ]] || continue
        server_state[$name]="at hand"
        server_version[$name]="three nodes"
        paths+=("$run_folder/$name/server.ini")
    done
    ASYNCMYSQL_TEST_CLUSTERS=$(IFS=: && printf '%s' "${paths[*]}")
    export ASYNCMYSQL_TEST_CLUSTERS
}

# A server that is gone after the tests was brought down by them.
check_servers() {
    local name pid
    for name in "${wanted[@]}"; do
        [[ ${server_state[$name]} == running ]] || continue
        pid=$(ini_get "${server_ini[$name]}" pid)
        if ! is_server_of "$pid" "$run_folder/$name"; then
            server_state[$name]="ended during the tests"
            failed "server $name ended during the tests"
            tail -n 40 "$run_folder/$name/error.log" || true
        fi
    done
}
