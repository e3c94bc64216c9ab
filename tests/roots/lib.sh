# shellcheck shell=bash
# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# Bare systems of other releases, each in a folder below the cache folder, that commands are run in.
# To be sourced, not run.

# shellcheck disable=SC1091 source-path=SCRIPTDIR source=../servers/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../servers/lib.sh"

roots_dir() { printf '%s/roots\n' "$(cache_dir)"; }

# inside COMMAND...: run it as root of a namespace of its own, where the system lets users have one;
# else as root. Its mounts, and the processes that it leaves, end with it.
inside() {
    local namespace=(unshare --mount --pid --fork --kill-child --)
    if ((EUID == 0)); then
        "${namespace[@]}" "$@"
    elif unshare --map-root-user --map-auto true 2>/dev/null; then
        # It may make no devices; debootstrap then uses those of the machine.
        env container=lxc unshare --map-root-user --map-auto "${namespace[@]}" "$@"
    else
        as_root "${namespace[@]}" "$@"
    fi
}

# Those of Ubuntu that have Qt 6.4 or later.
is_ubuntu() { [[ $1 =~ ^(noble|plucky|questing|resolute)$ ]]; }

# The mirrors that may have a suite.
mirrors_of() {
    if is_ubuntu "$1"; then
        [[ -z ${ASYNCMYSQL_UBUNTU_MIRROR:-} ]] || printf '%s\n' "$ASYNCMYSQL_UBUNTU_MIRROR"
        [[ $(os_release ID) != ubuntu ]] || own_mirrors
    else
        debian_mirrors
    fi
}

# pristine_root SUITE: the archive with what debootstrap makes of a suite is there.
pristine_root() {
    local suite=$1 folder archive mirror mirrors components=main script='' result=1
    folder=$(roots_dir)
    archive=$folder/$suite.tar
    [[ ! -f $archive ]] || return 0
    mkdir -p "$folder"
    install_packages debootstrap
    have debootstrap || PATH=$PATH:/usr/sbin
    have debootstrap || die "debootstrap is needed, and not there"
    if is_ubuntu "$suite"; then
        components=main,universe
        [[ $(os_release ID) == ubuntu ]] || install_packages ubuntu-archive-keyring
    fi
    # All suites of a distribution are made alike; debootstrap knows the names of its time.
    if [[ ! -e /usr/share/debootstrap/scripts/$suite ]]; then
        script=sid
        ! is_ubuntu "$suite" || script=gutsy
        script=/usr/share/debootstrap/scripts/$script
    fi
    mapfile -t mirrors < <(mirrors_of "$suite")
    ((${#mirrors[@]})) || { say "No mirror is known for the suite $suite"; return 1; }
    for mirror in "${mirrors[@]}"; do
        say "Making a root of $suite from $mirror"
        # shellcheck disable=SC2016 # expanded inside
        inside bash -c '
            set -e
            folder=$1 suite=$2 mirror=$3 archive=$4 components=$5 script=$6
            rm -rf "$folder/$suite.part"
            mkdir -p "$folder/$suite.part"
            debootstrap --variant=minbase --components="$components" --force-check-gpg \
                "$suite" "$folder/$suite.part" "$mirror" ${script:+"$script"}
            tar -C "$folder/$suite.part" --one-file-system --exclude="./var/lib/apt/lists/*" \
                --exclude="./var/cache/apt/archives/*.deb" --exclude="./dev/*" \
                --exclude="./proc/*" --exclude="./sys/*" -cf "$archive.part" .
            rm -rf --one-file-system "$folder/$suite.part"
            ' - "$folder" "$suite" "$mirror" "$archive" "$components" "$script" \
            >"$folder/$suite.log" 2>&1 && mv "$archive.part" "$archive" && result=0 && break
        tail -n 5 "$folder/$suite.log" >&2
    done
    return "$result"
}

# make_root SUITE FOLDER: unpack it there.
make_root() {
    local archive
    pristine_root "$1" || return 1
    archive=$(roots_dir)/$1.tar
    # shellcheck disable=SC2016
    inside bash -c '
        rm -rf --one-file-system "$2" && mkdir -p "$2" &&
            tar -C "$2" --exclude="./dev/*" -xpf "$1"
        ' - "$archive" "$2"
}

# remove_root FOLDER
remove_root() { inside rm -rf --one-file-system "$1"; }

# The names of hosts are asked for, and packages fetched, as on this machine.
root_settings() {
    cp /etc/resolv.conf /etc/hosts "$1/etc/"
    # A root that is lost is made again: nothing has to be written to the disk at once.
    printf 'force-unsafe-io\n' >"$1/etc/dpkg/dpkg.cfg.d/unsafe-io"
    local file
    for file in /etc/apt/apt.conf.d/*proxy*; do
        [[ ! -f $file ]] || cp "$file" "$1/etc/apt/apt.conf.d/"
    done
}

# in_root FOLDER [--bind FROM TO]... COMMAND...: run it in that system as its root, with nothing of
# this one's environment but what is named in ROOT_ENVIRONMENT, and folders of this machine where
# they are asked for.
ROOT_ENVIRONMENT=()
in_root() {
    local folder=$1 binds=()
    shift
    while [[ $1 == --bind ]]; do
        binds+=("$2" "$3")
        shift 3
    done
    # shellcheck disable=SC2016
    inside bash -c "$(declare -f root_settings)"'
        set -e
        folder=$1 count=$2
        shift 2
        root_settings "$folder"
        mkdir -p "$folder"/{proc,dev,sys}
        mount -t proc proc "$folder/proc"
        mount --rbind /dev "$folder/dev"
        mount --rbind /sys "$folder/sys"
        while ((count)); do
            mkdir -p "$folder/$2"
            mount --bind "$1" "$folder/$2"
            shift 2
            count=$((count - 1))
        done
        cd /
        exec env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            TERM=dumb LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive CCACHE_NOHASHDIR=1 \
            chroot "$folder" env "$@"
        ' - "$folder" "$((${#binds[@]} / 2))" "${binds[@]}" "${ROOT_ENVIRONMENT[@]}" "$@"
}
