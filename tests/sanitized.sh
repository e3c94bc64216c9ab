# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# Of tests/run: how to build with sanitizers, what of it to test, and fuzzing.

# Sanitized programs want their addresses where they expect them; newer kernels shuffle them too
# much.
fixed_addresses=()
! setarch "$(uname -m)" -R true 2>/dev/null || fixed_addresses=(setarch "$(uname -m)" -R)

# tests/lsan.supp, tests/tsan.supp and tests/ubsan.supp hold what is not ours to mend, if there is
# anything.
suppressions() {
    [[ ! -f $root/tests/$1.supp ]] || printf ':suppressions=%s' "$root/tests/$1.supp"
}
asan_options=detect_leaks=1:halt_on_error=1:strict_string_checks=1
asan_options+=:detect_stack_use_after_return=1:check_initialization_order=1
tsan_options=halt_on_error=1:second_deadlock_stack=1:ignore_noninstrumented_modules=1
tsan_options+=$(suppressions tsan)
sanitizer_environment=(
    "ASAN_OPTIONS=${ASAN_OPTIONS:-$asan_options}"
    "UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1$(suppressions ubsan)}"
    "LSAN_OPTIONS=${LSAN_OPTIONS:-print_suppressions=0$(suppressions lsan)}"
    "TSAN_OPTIONS=${TSAN_OPTIONS:-$tsan_options}"
)

# What a build with a sanitizer is configured with, and which of its tests run. Precompiled headers
# make it more than twice as fast; the plain build shows what they hide.
sanitized=() sanitized_tests=()
use_sanitizer() {
    [[ $sanitizer != none ]] || return 0
    have clang++ || die "$sanitizer: there is no clang++"
    sanitized=(-DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Debug
        -DASYNCMYSQL_PRECOMPILE_HEADERS=ON)
    # With what the sanitizers add to each program it takes a quarter of the usual linker's time.
    ! have ld.lld || sanitized+=(-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld
        -DCMAKE_SHARED_LINKER_FLAGS=-fuse-ld=lld)
    case $sanitizer in
    asan)
        # One build is both fuzzed and tested, so that the library is compiled once for the two,
        # many files as one.
        sanitized+=('-DASYNCMYSQL_SANITIZE=address;undefined' '-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1'
            -DASYNCMYSQL_BUILD_FUZZERS=ON -DCMAKE_UNITY_BUILD=ON)
        # The plain run has the full number of jobs, all channels, and the lengths that take long.
        export ASYNCMYSQL_SOAK_JOBS=${ASYNCMYSQL_SOAK_JOBS:-2000}
        sanitized_tests=(--exclude-regex
            '_(clear|tls|compressed|compressed-tls)$|^tst_strings_servers')
        ;;
    tsan)
        # Optimizing takes longer than these few tests take without. Without assertions the tests
        # run that the plain build has to leave out. The static library is also installed, and found
        # by the README's project.
        sanitized+=('-DASYNCMYSQL_SANITIZE=thread' '-DCMAKE_CXX_FLAGS_DEBUG=-O0 -g1'
            -DBUILD_SHARED_LIBS=OFF -DCMAKE_CXX_FLAGS=-DQT_NO_DEBUG -DCMAKE_UNITY_BUILD=ON)
        sanitized_tests=(-L '^(threads|package|noassertions)$')
        ;;
    esac
}

fuzz() {
    local target name seeds pid result=0 targets=() queue=() running_targets=()
    for target in "$build_dir"/tests/fuzz/fuzz_*; do
        [[ ! -f $target || ! -x $target ]] || targets+=("$target")
    done
    if ((${#targets[@]} == 0)); then
        notice "fuzzing: there are no fuzz targets"
        return 0
    fi
    local work=$build_dir/fuzzing
    mkdir -p "$work"
    queue=("${targets[@]}")
    while ((${#queue[@]} || ${#running_targets[@]})); do
        while ((${#queue[@]} && ${#running_targets[@]} < processors)); do
            target=${queue[0]}
            queue=("${queue[@]:1}")
            name=$(basename "$target")
            seeds=$root/tests/fuzz/corpus/$name
            [[ -d $seeds ]] || notice "fuzzing: $name has no seed corpus in tests/fuzz/corpus/$name"
            mkdir -p "$work/$name/corpus" "$work/$name/found"
            local corpora=("$work/$name/corpus")
            [[ ! -d $seeds ]] || corpora+=("$seeds")
            # What is found goes into the first folder; the seeds stay as they are.
            launch env "${sanitizer_environment[@]}" "${fixed_addresses[@]}" "$target" \
                -max_total_time="$fuzz_seconds" -timeout=20 -rss_limit_mb=2048 \
                -print_final_stats=1 -artifact_prefix="$work/$name/found/" "${corpora[@]}" \
                >"$work/$name/log" 2>&1
            running_targets+=("$child:$name")
            printf '%s\n' "  $name: started"
        done
        pid=${running_targets[0]%%:*}
        name=${running_targets[0]#*:}
        running_targets=("${running_targets[@]:1}")
        if wait "$pid"; then
            printf '  %s: %s\n' "$name" "$(sed -n \
                -e 's/^stat::number_of_executed_units: */executed /p' \
                -e 's/^stat::average_exec_per_sec: */per second /p' \
                "$work/$name/log" | paste -sd, | sed 's/,/, /g')"
        else
            tail -n 80 "$work/$name/log"
            failed "fuzzing: $name; the input is in $work/$name/found"
            result=1
        fi
    done
    children=()
    return "$result"
}
