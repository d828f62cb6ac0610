#!/usr/bin/env bash
# What a cache of results gains and costs: prints tables in Markdown. README.md beside it tells more.
#
#   cache.sh [-t SECONDS] [-r ROUNDS] [-w SECONDS] [-j THREADS] [-k FOLDER] [hits] [misses]
#
#   -t  how long a run is (1; of misses six times as long: servers are cold at first)
#   -r  how many rounds (5)        -w  how long each target is warmed up (30)        -j  threads of pgbench for 8 clients (1)
#   -k  keep logs and raw figures in this folder
#
# servers.sh beside it tells of PGBIN, PORT, SCALE and JAVA_OPTS.
set -euo pipefail

seconds=1 rounds=5 warm=30 threads=1 keep=
while getopts t:r:w:j:k:h option; do
  case $option in
    t) seconds=$OPTARG ;;
    r) rounds=$OPTARG ;;
    w) warm=$OPTARG ;;
    j) threads=$OPTARG ;;
    k) keep=$OPTARG ;;
    *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
parts=" ${*:-hits misses} "

. "$(dirname "$0")/servers.sh"

# NAME PORT MAIN ARGUMENTS...
start_java() {
  local name=$1 port=$2 main=$3
  shift 3
  # shellcheck disable=SC2086
  launch "$name" "$port" exec "$java" ${JAVA_OPTS:--XX:+UseSerialGC -Xmx512m} -cp "$jar" "io.pgproxy.benchmarks.cache.$main" \
    "$port" "$@"
}

# FILE KEY TARGETS PIDS PORTS PGBENCH...: targets, pids and ports are names of arrays. Rounds of runs; another target begins in each.
measure() {
  local file=$1 key=$2 r k i before n tps
  local -n of_targets=$3 of_pids=$4 of_ports=$5
  shift 5
  echo "$key" >&2
  for ((r = 1; r <= rounds; r++)); do
    for ((k = 0; k < ${#of_targets[@]}; k++)); do
      i=$(((k + r) % ${#of_targets[@]}))
      before=$(cpu "${of_pids[i]}")
      read -r n tps < <(pgbench_run "${of_ports[i]}" bench "$seconds" "$@") || continue
      awk -v key="$key" -v target="${of_targets[i]}" -v r=$r -v n="$n" -v t=$(($(cpu "${of_pids[i]}") - before)) -v hz="$ticks" \
        -v tps="$tps" 'BEGIN { printf "%s\t%s\t%d\t%.5f\t%.2f\n", key, target, r, t / hz / n * 100000, tps }' >>"$file"
    done
  done
}

measure_hits() {
  # shellcheck disable=SC2034
  local targets=(direct cached canned) pids=("$pid_postgres" "$pid_cached" "$pid_canned") ports=("$PORT" $((PORT + 1)) $((PORT + 3)))
  local mode clients
  : >"$work/hits.tsv"
  printf '\\set aid random(1, 100)\nSELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n' >"$work/hot.sql"
  for mode in simple extended prepared; do
    pgbench_run "${ports[1]}" bench "$warm" -M $mode -f "$work/hot.sql" -c 8 >/dev/null
    pgbench_run "${ports[2]}" bench "$((warm / 3))" -M $mode -f "$work/hot.sql" -c 8 >/dev/null
    for clients in 8 1; do
      measure "$work/hits.tsv" "$mode | $clients" targets pids ports -M $mode -f "$work/hot.sql" -c $clients -j $((clients < threads ? clients : threads))
    done
  done
  printf '\nA hundred keys: answers a second; medians of %d rounds of %d s.\n' "$rounds" "$seconds"
  printf '\n| mode | clients | direct | cached | canned | cached / direct | canned / direct |\n|---|---|---|---|---|---|---|\n'
  table "$work/hits.tsv" 5 %.0f 'direct cached canned' 'cached/direct canned/direct'
  printf '\nCPU seconds of the process for 100,000 answers in the same runs.\n'
  printf '\n| mode | clients | cached | canned |\n|---|---|---|---|\n'
  table "$work/hits.tsv" 4 %.2f 'cached canned' ''
}

measure_misses() {
  # shellcheck disable=SC2034
  local targets=(without with) pids=("$pid_uncached" "$pid_cached") ports=($((PORT + 2)) $((PORT + 1)))
  local mode
  : >"$work/misses.tsv"
  for mode in simple prepared; do
    pgbench_run $((PORT + 2)) bench "$warm" -M $mode -S -c 8 >/dev/null
    pgbench_run $((PORT + 1)) bench "$warm" -M $mode -S -c 8 >/dev/null
    seconds=$((seconds * 6)) measure "$work/misses.tsv" "$mode" targets pids ports -M $mode -S -c 8 -j "$threads"
  done
  printf '\nKeys that hardly ever come twice: CPU seconds of the process for 100,000 queries, 8 clients; medians of %d rounds of %d s.\n' \
    "$rounds" $((seconds * 6))
  printf '\n| mode | without a cache | with one | with / without |\n|---|---|---|---|\n'
  table "$work/misses.tsv" 4 %.2f 'without with' 'with/without'
}

start_postgres
start_java cached $((PORT + 1)) MeasuredCache "$PORT" bench bench true
start_java uncached $((PORT + 2)) MeasuredCache "$PORT" bench bench false
start_java canned $((PORT + 3)) CannedAnswers
case $parts in *" hits "*) measure_hits ;; esac
case $parts in *" misses "*) measure_misses ;; esac
