#!/usr/bin/env bash
# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# What the scripts around the test servers share. To be sourced, not run.

set -euo pipefail

# All servers the tests know. "-zeroconf" is the same server without any configured certificate.
# shellcheck disable=SC2034 # used by those who source this file
ALL_SERVERS=(mariadb-10.11 mariadb-11.8 mariadb-11.8-zeroconf mysql-9.7
    mysql-router-passthrough mysql-router-sharing)
# Three nodes each, that are started for the tests that need them alone. Each node is a "NAME-node".
# shellcheck disable=SC2034
ALL_CLUSTERS=(galera-10.11 group-replication-9.7)
# What the routers of the tests stand before.
# shellcheck disable=SC2034
ROUTED_SERVER=mysql-9.7

# Servers for those who are content with any MariaDB from 10.5 or MySQL from 8.0 on: the one that is
# installed, and the one that this machine's release has.
# shellcheck disable=SC2034
ANY_SERVERS=(installed release)

say() { printf '%s\n' "$*" >&2; }
die() {
    say "${0##*/}: $*"
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif ! have sudo; then
        die "this needs root, and there is no sudo: $*"
    elif [[ -t 0 && -t 2 ]]; then
        sudo "$@"
    else
        sudo -n "$@" || die "this needs root, and sudo refused or asked for a password: $*"
    fi
}

cache_dir() { printf '%s\n' "${ASYNCMYSQL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/asyncmysql}"; }

# --- system packages ------------------------------------------------------------------------------

package_installed() {
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Install those of the given packages that are missing. Asks nothing and removes nothing.
install_packages() {
    local package missing=()
    if ! have dpkg-query || ! have apt-get; then
        say "This is no Debian or Ubuntu: please see to it yourself that there are: $*"
        return 0
    fi
    for package in "$@"; do
        package_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    if [[ -n ${NO_INSTALL:-} ]]; then
        say "Not installed, and I was told to install nothing: ${missing[*]}"
        return 0
    fi
    say "Installing with apt-get: ${missing[*]}"
    local log
    log=$(mktemp)
    if [[ -z ${APT_UPDATED:-} ]]; then
        as_root apt-get -q update >"$log" 2>&1 ||
            { cat "$log" >&2; say "apt-get update failed; trying on"; }
        APT_UPDATED=1
    fi
    if ! as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a \
        apt-get -q -y --no-install-recommends --no-remove -o Dpkg::Use-Pty=0 \
        -o Dpkg::Options::=--force-confold install "${missing[@]}" \
        </dev/null >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "these packages could not be installed: ${missing[*]}"
    fi
    rm -f "$log"
}

# --- where packages come from --------------------------------------------------------------------

os_release() { sed -n "s/^$1=\"\{0,1\}\([^\"]*\).*/\1/p" /etc/os-release; }

# The mirrors this machine takes its own release from.
own_mirrors() {
    # $(NAME) here is apt's own notation
    # shellcheck disable=SC2016
    apt-get indextargets --no-release-info --format '$(SITE) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' 2>/dev/null |
        awk -v codename="$(os_release VERSION_CODENAME)" '
            $3 == "main" && ($2 == codename || $2 ~ /^(oldstable|stable|testing|unstable|sid)$/) &&
                !seen[$1]++ { print $1 }'
}

# Those that have all suites of Debian.
debian_mirrors() {
    if [[ -n ${ASYNCMYSQL_DEBIAN_MIRROR:-} ]]; then
        printf '%s\n' "$ASYNCMYSQL_DEBIAN_MIRROR"
    elif [[ $(os_release ID) == debian ]]; then
        own_mirrors
    fi
}

# --- server trees ---------------------------------------------------------------------------------

# The program tree a server name stands for: "mariadb-11.8-zeroconf" is a way to start
# "mariadb-11.8".
tree_name() {
    case $1 in
    mysql-router-*) printf 'mysql-router\n' ;;
    group-replication-*) printf 'mysql-9.7\n' ;;
    galera-*) printf '%s\n' "${1%-node}" ;;
    *) printf '%s\n' "${1%-zeroconf}" ;;
    esac
}

# version_at_least VERSION MINIMUM
version_at_least() { [[ $(printf '%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

# The server program below the given "/usr".
server_program() {
    local program
    for program in "$1/sbin/mariadbd" "$1/sbin/mysqld"; do
        if [[ -x $program ]]; then
            printf '%s\n' "$program"
            return 0
        fi
    done
    return 1
}

# "10.11.14" of what says "mariadbd  Ver 10.11.14-MariaDB-…".
program_version() {
    "$1" --no-defaults --version 2>/dev/null | sed -n 's/.* Ver \([0-9.]*\).*/\1/p'
}

# Is a server installed that can be started beside the system's service?
is_usable_installation() {
    local program
    program=$(server_program /usr) || return 1
    case $program in
    */mariadbd)
        [[ -x /usr/bin/mariadb && -x /usr/bin/mariadb-install-db ]] &&
            version_at_least "$(program_version "$program")" 10.5
        ;;
    *) [[ -x /usr/bin/mysql ]] && version_at_least "$(program_version "$program")" 8.0 ;;
    esac
}

# The "/usr" of the given server: the installed one where the version fits, else the one in the
# cache.
server_prefix() {
    local name=$1 tree
    tree=$(cache_dir)/servers/$name
    if [[ $name == installed ]]; then
        is_usable_installation && printf '/usr\n'
    elif [[ $name == mariadb-10.11 && -f /usr/lib/mysql/plugin/auth_ed25519.so ]] &&
        is_usable_installation && [[ $(program_version /usr/sbin/mariadbd) == 10.11.* ]]; then
        printf '/usr\n'
    elif [[ -f $tree/.complete ]]; then
        printf '%s\n' "$tree/usr"
    else
        return 1
    fi
}

# The folder with errmsg.sys and charsets below a server's "/usr".
server_share() {
    local folder
    for folder in "$1"/share/mariadb "$1"/share/mysql; do
        if [[ -f $folder/english/errmsg.sys || -d $folder/charsets ]]; then
            printf '%s\n' "$folder"
            return 0
        fi
    done
    return 1
}

# --- instances ------------------------------------------------------------------------------------

# One value out of a server.ini.
ini_get() {
    sed -n "s/^$2=\"\\(.*\\)\"\$/\\1/p; s/^$2=\\([^\"].*\\)\$/\\1/p" "$1" | head -n 1
}

port_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_ports COUNT: different ones; see free_port.
free_ports() {
    local port ports=()
    while ((${#ports[@]} < $1)); do
        port=$(free_port)
        [[ " ${ports[*]} " == *" $port "* ]] || ports+=("$port")
    done
    printf '%s\n' "${ports[@]}"
}

# A port on 127.0.0.1 that nobody listens on, below the range that outgoing connections use.
free_port() {
    local port try
    for ((try = 0; try < 200; ++try)); do
        port=$((20000 + RANDOM % 12000))
        if ! port_in_use "$port"; then
            printf '%s\n' "$port"
            return 0
        fi
    done
    die "no free port found on 127.0.0.1"
}

# Is the process of this id the server of this instance folder?
is_server_of() {
    local pid=$1 folder=$2
    [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 1
    tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null |
        grep -qxF -e "--datadir=$folder/data" -e "--config=$folder/router.conf"
}

# process_state PID: its letter in /proc/PID/stat, behind the name, which may hold anything.
process_state() { sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null; }

running() {
    local state
    [[ -r /proc/$1/stat ]] || return 1
    state=$(process_state "$1") || return 1
    [[ -n $state && $state != Z ]]
}

# sql DATA_FOLDER STATEMENT...: what a server that runs answers, without the names of columns;
# errors are in client.log.
sql() {
    local folder=$1 prefix client
    shift
    prefix=$(server_prefix "$(tree_name "$(ini_get "$folder/server.ini" name)")")
    client=$prefix/bin/mariadb
    [[ -x $client ]] || client=$prefix/bin/mysql
    timeout 60 "$client" --defaults-file="$folder/client.cnf" --batch --skip-column-names \
        --execute="$*" </dev/null 2>>"$folder/client.log"
}

# Poll with the server's own client until the server answers; gives its version.
wait_ready() {
    local client=$1 folder=$2 pid=$3 seconds=$4 version deadline
    deadline=$((SECONDS + seconds))
    while running "$pid"; do
        if version=$("$client" --defaults-file="$folder/client.cnf" --batch --skip-column-names \
            --execute='SELECT VERSION()' 2>/dev/null); then
            printf '%s\n' "$version"
            return 0
        fi
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
    return 1
}

# End a process by its id: ask, wait, then insist.
stop_pid() {
    local pid=$1 seconds=${2:-20} deadline
    running "$pid" || return 0
    kill -TERM "$pid" 2>/dev/null || return 0
    # A process that is stopped does not end.
    kill -CONT "$pid" 2>/dev/null || true
    deadline=$((SECONDS + seconds))
    while running "$pid"; do
        if ((SECONDS >= deadline)); then
            say "Process $pid did not end within $seconds s: killed"
            kill -KILL "$pid" 2>/dev/null || true
            sleep 0.2
            return 0
        fi
        sleep 0.05
    done
}
