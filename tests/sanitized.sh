# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-FileCopyrightText: The AsyncMySql authors
# SPDX-License-Identifier: MIT
#
# Of tests/run: what is built with sanitizers, tested and fuzzed.

# How what is sanitized is built.
sanitized=(-DCMAKE_BUILD_TYPE=Debug '-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1' -DASYNCMYSQL_PRECOMPILE_HEADERS=ON)
# With what the sanitizers add to each program it takes a quarter of the usual linker's time.
prefer_lld() {
    ! have ld.lld || sanitized+=(-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld -DCMAKE_SHARED_LINKER_FLAGS=-fuse-ld=lld)
}

# Sanitized programs want their addresses where they expect them; newer kernels shuffle them too widely.
fixed_addresses=()
! setarch "$(uname -m)" -R true 2>/dev/null || fixed_addresses=(setarch "$(uname -m)" -R)

# tests/lsan.supp, tests/tsan.supp and tests/ubsan.supp hold what is not ours to mend, if there is anything.
suppressions() { [[ ! -f $root/tests/$1.supp ]] || printf ':suppressions=%s' "$root/tests/$1.supp"; }
sanitizer_environment=(
    "ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:halt_on_error=1:strict_string_checks=1:detect_stack_use_after_return=1:check_initialization_order=1}"
    "UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1$(suppressions ubsan)}"
    "LSAN_OPTIONS=${LSAN_OPTIONS:-print_suppressions=0$(suppressions lsan)}"
    "TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1:ignore_noninstrumented_modules=1$(suppressions tsan)}"
)

# One build is both fuzzed and tested, so that the library is compiled once for the two; it is Clang's, which has
# libFuzzer. Without CI there are the fuzz targets alone.
clang_build() {
    local target=fuzzers with_tests=OFF
    [[ -z $ci ]] || target=all with_tests=ON
    if ! have clang++; then
        failed "asan: there is no clang++"
        return 1
    fi
    if ! build "$build_dir-clang" "$target" -DCMAKE_CXX_COMPILER=clang++ "${sanitized[@]}" \
        '-DASYNCMYSQL_SANITIZE=address;undefined' -DASYNCMYSQL_BUILD_FUZZERS=ON \
        "-DASYNCMYSQL_BUILD_TESTS=$with_tests" -DASYNCMYSQL_BUILD_EXAMPLES=OFF -DASYNCMYSQL_WERROR=ON; then
        failed "asan: the build"
        return 1
    fi
}

asan_tests() {
    # The plain run has the full number of jobs, all channels, and the lengths that take long.
    local folder=$build_dir-clang result=0 ctest_environment=(ASYNCMYSQL_SOAK_JOBS=2000)
    if ! run_ctest "$folder" --no-tests=error --exclude-regex '_(clear|tls|compressed|compressed-tls)$|^tst_strings_servers'; then
        failed "asan: $(tests_that "$folder" "$bad_states" | paste -sd' ')"
        result=1
    fi
    ctest_closing "$folder"
    check_complete "$folder"
    check_servers asan
    return "$result"
}

# With a static library, which is also installed, and found by the README's project.
tsan_tests() {
    local folder=$build_dir-tsan
    # Optimizing takes longer than these few tests take without.
    if ! build "$folder" threads_tests "${sanitized[@]}" \
        '-DASYNCMYSQL_SANITIZE=thread' '-DCMAKE_CXX_FLAGS_DEBUG=-O0 -g1' -DBUILD_SHARED_LIBS=OFF \
        -DASYNCMYSQL_BUILD_TESTS=ON -DASYNCMYSQL_BUILD_EXAMPLES=OFF; then
        failed "tsan: the build"
        return 1
    fi
    local result=0
    if ! run_ctest "$folder" -L '^(threads|package)$'; then
        failed "tsan: $(tests_that "$folder" "$bad_states" | paste -sd' ')"
        result=1
    fi
    ctest_closing "$folder"
    ! grep -q '^No tests were found' "$folder/ctest.log" || notice "tsan: there are no tests"
    check_servers tsan
    return "$result"
}

fuzz() {
    local folder=$build_dir-clang target name seeds pid result=0 targets=() queue=() running_targets=()
    for target in "$folder"/tests/fuzz/fuzz_*; do
        [[ ! -f $target || ! -x $target ]] || targets+=("$target")
    done
    if ((${#targets[@]} == 0)); then
        notice "fuzzing: there are no fuzz targets"
        return 0
    fi
    local work=$folder/fuzzing
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
                -max_total_time="$fuzz_seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
                -artifact_prefix="$work/$name/found/" "${corpora[@]}" >"$work/$name/log" 2>&1
            running_targets+=("$child:$name")
            printf '%s\n' "  $name: started"
        done
        pid=${running_targets[0]%%:*}
        name=${running_targets[0]#*:}
        running_targets=("${running_targets[@]:1}")
        if wait "$pid"; then
            printf '  %s: %s\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: */executed /p; s/^stat::average_exec_per_sec: */per second /p' \
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
