#!/usr/bin/env bash
# What pooling costs, against pgbouncer and against session mode: prints tables in Markdown. README.md beside it tells more.
#
#   pooling.sh [-t SECONDS] [-r ROUNDS] [-w SECONDS] [-i CLIENTS] [-k FOLDER] [cpu] [churn] [idle]
#
#   -t  how long a run is (5)        -r  how many rounds (7)        -w  how long each target is warmed up (30)
#   -i  how many clients are idle (5000)                            -k  keep logs and raw figures in this folder
#
# servers.sh beside it tells of PGBIN, PORT, SCALE and JAVA_OPTS.
set -euo pipefail

seconds=5 rounds=7 warm=30 idle=5000 keep=
while getopts t:r:w:i:k:h option; do
  case $option in
    t) seconds=$OPTARG ;;
    r) rounds=$OPTARG ;;
    w) warm=$OPTARG ;;
    i) idle=$OPTARG ;;
    k) keep=$OPTARG ;;
    *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
parts=" ${*:-cpu churn idle} "

. "$(dirname "$0")/servers.sh"
upstreams=4 # connections of a pool

# ---- servers -----------------------------------------------------------------------------------------------------------

# NAME PORT
start_pgbouncer() {
  local name=$1 port=$2 version major minor prepared=
  version=$(pgbouncer --version | sed -n 's/^PgBouncer \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
  # 1.21 was the first that lets prepared statements follow a client.
  read -r major minor <<<"$version"
  if [ "$major" -gt 1 ] || [ "$minor" -ge 21 ]; then prepared='max_prepared_statements = 200'; fi
  pgbouncer_name="pgbouncer $major.$minor"
  printf '"bench" ""\n"scram" "secret"\n' >"$work/users.txt"
  printf 'host all scram 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n' >"$work/pgbouncer.hba"
  cat >"$work/$name.ini" <<END
[databases]
* = host=127.0.0.1 port=$PORT
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = hba
auth_hba_file = $work/pgbouncer.hba
auth_file = $work/users.txt
pool_mode = transaction
default_pool_size = $upstreams
max_client_conn = $((idle + 200))
log_connections = 0
log_disconnections = 0
log_stats = 0
$prepared
END
  launch "$name" "$port" as_user pgbouncer "$work/$name.ini"
}

# NAME PORT MODE CONNECTIONS [USER PASSWORD]
start_proxy() {
  local name=$1 port=$2 mode=$3 most=$4
  shift 4
  # shellcheck disable=SC2086
  launch "$name" "$port" exec "$java" ${JAVA_OPTS:-} -cp "$jar" io.pgproxy.benchmarks.pooling.MeasuredProxy \
    "$port" "postgresql://bench@127.0.0.1:$PORT/bench" "$mode" "$most" "$@"
}

# ---- CPU for a transaction ---------------------------------------------------------------------------------------------

measure_cpu() {
  local targets=(pgbouncer transaction session) ports=($((PORT + 1)) $((PORT + 2)) $((PORT + 3)))
  local workload clients threads mode script key r k i pid before after n tps
  : >"$work/cpu.tsv"
  for workload in 'simple select-only' 'extended select-only' 'prepared select-only' 'simple tpcb-like' 'prepared tpcb-like'; do
    read -r mode script <<<"$workload"
    for clients in 8 64; do
      key="$script, $mode | $clients"
      # pgbench waits for what it prepares: in a thread of several clients, one in a transaction could not go on meanwhile.
      threads=2
      [ "$workload" != 'prepared tpcb-like' ] || threads=$clients
      echo "$key" >&2
      for i in 0 1 2; do
        # The first round has to find a JVM that has compiled what it will.
        pgbench_run "${ports[i]}" bench "$warm" -M "$mode" -b "$script" -c "$clients" -j "$threads" >/dev/null
      done
      for ((r = 1; r <= rounds; r++)); do
        for k in 0 1 2; do
          i=$(((k + r) % 3)) # another begins in each round
          pid="pid_${targets[i]}"
          before=$(cpu "${!pid}")
          read -r n tps < <(pgbench_run "${ports[i]}" bench "$seconds" -M "$mode" -b "$script" -c "$clients" -j "$threads") || continue
          after=$(cpu "${!pid}")
          awk -v key="$key" -v target="${targets[i]}" -v r=$r -v n="$n" -v t=$((after - before)) -v hz="$ticks" -v tps="$tps" \
            'BEGIN { printf "%s\t%s\t%d\t%.5f\t%.2f\n", key, target, r, t / hz / n * 100000, tps }' >>"$work/cpu.tsv"
        done
      done
    done
  done
  printf '\nCPU seconds of the process for 100,000 transactions on %d connections (session mode: on one for each client); medians of %d rounds of %d s.\n' \
    $upstreams "$rounds" "$seconds"
  printf '\n| workload | clients | %s | transaction | session | transaction / pgbouncer | transaction / session |\n|---|---|---|---|---|---|---|\n' \
    "$pgbouncer_name"
  table "$work/cpu.tsv" 4 %.2f 'pgbouncer transaction session' 'transaction/pgbouncer transaction/session'
  printf '\nTransactions a second in the same runs.\n'
  printf '\n| workload | clients | %s | transaction | session | transaction / pgbouncer | transaction / session |\n|---|---|---|---|---|---|---|\n' \
    "$pgbouncer_name"
  table "$work/cpu.tsv" 5 %.0f 'pgbouncer transaction session' 'transaction/pgbouncer transaction/session'
}

# ---- connections that come and go --------------------------------------------------------------------------------------

measure_churn() {
  local targets=(direct pgbouncer pgproxy) user key r k i before after n tps
  : >"$work/churn.tsv"
  for user in bench scram; do
    local ports=("$PORT" $((PORT + 1)) $((PORT + 2))) pids=("$pid_postgres" "$pid_pgbouncer" "$pid_transaction")
    [ $user = bench ] || { ports[2]=$((PORT + 4)); pids[2]=$pid_scram; }
    [ $user = bench ] && key=trust || key=SCRAM
    echo "churn, $key" >&2
    for i in 0 1 2; do pgbench_run "${ports[i]}" $user "$warm" -C -S -c 4 >/dev/null; done
    for ((r = 1; r <= rounds; r++)); do
      for k in 0 1 2; do
        i=$(((k + r) % 3))
        before=$(cpu "${pids[i]}")
        read -r n tps < <(pgbench_run "${ports[i]}" $user "$seconds" -C -S -c 4) || continue
        after=$(cpu "${pids[i]}")
        awk -v key="$key" -v target="${targets[i]}" -v r=$r -v n="$n" -v t=$((after - before)) -v hz="$ticks" -v tps="$tps" \
          'BEGIN { printf "%s\t%s\t%d\t%.5f\t%.2f\n", key, target, r, t / hz / n * 1000, tps }' >>"$work/churn.tsv"
      done
    done
  done
  printf '\nConnections a second, one query each, 4 clients; medians of %d rounds of %d s.\n' "$rounds" "$seconds"
  printf '\n| login | direct | %s | pgproxy | pgbouncer / direct | pgproxy / direct |\n|---|---|---|---|---|---|\n' "$pgbouncer_name"
  table "$work/churn.tsv" 5 %.0f 'direct pgbouncer pgproxy' 'pgbouncer/direct pgproxy/direct'
  printf '\nMilliseconds of CPU of the proxy for each of them.\n'
  printf '\n| login | %s | pgproxy | pgproxy / pgbouncer |\n|---|---|---|---|\n' "$pgbouncer_name"
  table "$work/churn.tsv" 4 %.3f 'pgbouncer pgproxy' 'pgproxy/pgbouncer'
}

# ---- clients that do nothing -------------------------------------------------------------------------------------------

rss() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }

# The bytes of what is alive, after a collection.
heap() { "${java%java}jcmd" "$1" GC.class_histogram | awk '/^Total/ { print $3 }'; }

# NAME PORT PID HEAP: a row.
measure_idle_of() {
  local name=$1 port=$2 pid=$3 live=$4 rss_before heap_before=0 rss_with heap_with=0 in out client latency
  # Some come and go first, so that what lasts in any case does not count.
  "$java" -cp "$jar" io.pgproxy.benchmarks.pooling.IdleClients "$port" bench bench 50 </dev/null >/dev/null
  [ "$live" = no ] || heap_before=$(heap "$pid")
  rss_before=$(rss "$pid")
  coproc CLIENTS { exec "$java" -cp "$jar" io.pgproxy.benchmarks.pooling.IdleClients "$port" bench bench "$idle" 2>>"$work/idle.log"; }
  client=$CLIENTS_PID out=${CLIENTS[0]} in=${CLIENTS[1]}
  if ! read -r -t 600 _ <&"$out"; then
    wait "$client" || true
    echo "| $name | fails |"
    tail -n 3 "$work/idle.log" >&2
    return
  fi
  [ "$live" = no ] || heap_with=$(heap "$pid")
  rss_with=$(rss "$pid")
  echo >&"$in"
  read -r -t 600 latency <&"$out" || latency='- - - -'
  wait "$client" || true
  awk -v name="$name" -v n="$idle" -v r0="$rss_before" -v r1="$rss_with" -v h0="$heap_before" -v h1="$heap_with" -v l="$latency" '
    BEGIN {
      split(l, ms, " ")
      printf "| %s | %.1f | %.1f | %.2f | %s | %s | %s | %s | %s | %s |\n", name, r0 / 1024, r1 / 1024, (r1 - r0) / n,
        h1 ? sprintf("%.1f", h1 / 1048576) : "", h1 ? sprintf("%.2f", (h1 - h0) / 1024 / n) : "", ms[1], ms[2], ms[3], ms[4]
    }'
}

measure_idle() {
  echo "idle" >&2
  printf '\n%d idle clients that have asked once; how long each takes to be answered when it wakes, one after another, in milliseconds.\n' "$idle"
  printf '\n| | RSS without, MB | RSS with, MB | RSS for each, kB | heap with, MB | heap for each, kB | median | 99th percentile | most | above 50 |\n|---|---|---|---|---|---|---|---|---|---|\n'
  # Processes of their own: what measurements before have left behind is no part of it.
  start_pgbouncer fresh_pgbouncer $((PORT + 6))
  measure_idle_of "$pgbouncer_name" $((PORT + 6)) "$pid_fresh_pgbouncer" no
  start_proxy fresh $((PORT + 5)) transaction $upstreams
  measure_idle_of pgproxy $((PORT + 5)) "$pid_fresh" yes
}

# ------------------------------------------------------------------------------------------------------------------------

start_postgres
case $parts in *" cpu "* | *" churn "*)
  start_pgbouncer pgbouncer $((PORT + 1))
  start_proxy transaction $((PORT + 2)) transaction $upstreams
  start_proxy session $((PORT + 3)) session 80
  start_proxy scram $((PORT + 4)) transaction $upstreams scram secret
  ;;
esac
case $parts in *" cpu "*) measure_cpu ;; esac
case $parts in *" churn "*) measure_churn ;; esac
case $parts in *" idle "*) measure_idle ;; esac
