# What the scripts beside it have in common: servers that end with the script, and medians. To be sourced by one that has set
# keep, the folder for logs, or nothing.
#
# PGBIN names the programs of PostgreSQL (else pg_config does), PORT the first of some ports (25000), SCALE pgbench's (10),
# JAVA_OPTS what the JVMs are given. All servers are started here, listen on 127.0.0.1, and end with the script.
export LC_ALL=C PGSSLMODE=disable PGGSSENCMODE=disable

PGBIN=${PGBIN:-$(pg_config --bindir)}
PORT=${PORT:-25000}
SCALE=${SCALE:-10}
PATH=$PATH:/usr/sbin
jar=$(cd "$(dirname "$0")/../../.." && pwd)/target/benchmarks.jar
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
ticks=$(getconf CLK_TCK)
[ -f "$jar" ] || { echo "no $jar: ./mvnw -pl pgproxy-benchmarks -am -DskipTests package" >&2; exit 1; }
ulimit -n "$(ulimit -Hn)"

work=$(mktemp -d)
declare -a started=()
end() {
  local i
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    # PostgreSQL is the last, and would wait for its clients on TERM.
    kill -$([ $i = 0 ] && echo INT || echo TERM) "${started[i]}" 2>/dev/null || true
    wait "${started[i]}" 2>/dev/null || true
  done
  [ -z "$keep" ] || { mkdir -p "$keep" && cp "$work"/*.log "$work"/*.tsv "$keep" 2>/dev/null || true; }
  rm -rf "$work"
}
trap end EXIT
trap 'exit 1' INT TERM
chmod 755 "$work"
mkfifo "$work/alive"
exec 9<>"$work/alive" # the proxies read it, and end with this script

# ---- servers -----------------------------------------------------------------------------------------------------------

# PostgreSQL and pgbouncer refuse to be root. Replaces the shell: its pid is the program's.
as_user() {
  if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else exec "$@"; fi
}

# NAME PORT COMMAND...: in the background, until something listens there; its pid in pid_NAME.
launch() {
  local name=$1 port=$2 i
  shift 2
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "port $port, for $name, is taken" >&2; exit 1; fi
  (exec <"$work/alive" 9>&-; cd /; "$@") >"$work/$name.log" 2>&1 &
  started+=($!)
  printf -v "pid_$name" %s $!
  for ((i = 0; i < 300; i++)); do
    kill -0 "${started[-1]}" 2>/dev/null || break
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
    sleep 0.1
  done
  echo "$name does not start:" >&2
  tail -n 20 "$work/$name.log" >&2
  exit 1
}

start_postgres() {
  local data=$work/data
  install -d -m 700 "$data"
  [ "$(id -u)" != 0 ] || chown postgres: "$data"
  (cd /; as_user "$PGBIN/initdb" -D "$data" -U bench -A trust -E UTF8 --locale=C) >"$work/initdb.log" 2>&1
  cat >>"$data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
shared_buffers = 256MB
max_wal_size = 4GB
fsync = off
synchronous_commit = off
full_page_writes = off
jit = off
END
  sed -i '1i host all scram 127.0.0.1/32 scram-sha-256' "$data/pg_hba.conf"
  launch postgres "$PORT" as_user "$PGBIN/postgres" -D "$data" -p "$PORT"
  until "$PGBIN/pg_isready" -q -h 127.0.0.1 -p "$PORT"; do sleep 0.1; done
  "$PGBIN/psql" -q -h 127.0.0.1 -p "$PORT" -U bench -d postgres -c 'CREATE DATABASE bench' \
    -c "CREATE ROLE scram LOGIN SUPERUSER PASSWORD 'secret'"
  "$PGBIN/pgbench" -h 127.0.0.1 -p "$PORT" -U bench -i -q -s "$SCALE" bench >"$work/init.log" 2>&1
}

# ---- figures -----------------------------------------------------------------------------------------------------------

# PID: user and system time of all its threads so far, in ticks. Children that it has waited for do not count.
cpu() {
  local line
  line=$(<"/proc/$1/stat")
  set -- ${line##*) }
  echo $((${12} + ${13}))
}

# PORT USER SECONDS OPTIONS...: one run of pgbench; "TRANSACTIONS TPS", nothing if any of its clients failed.
pgbench_run() {
  local port=$1 user=$2 time=$3 out
  shift 3
  out=$(PGPASSWORD=secret timeout $((time + 60)) "$PGBIN/pgbench" -h 127.0.0.1 -p "$port" -U "$user" -n -T "$time" "$@" bench \
    2>>"$work/pgbench.log") || return 0
  awk '/transactions actually processed/ { n = $NF } /^tps/ { tps = $3 } END { if (n > 0) print n, tps }' \
    <<<"$(sed 's,/.*,,' <<<"$out")"
}

# FILE COLUMN FORMAT TARGETS RATIOS: of lines KEY TARGET ROUND CPU TPS a row for each key, with the median of the column for
# each target, and for each ratio A/B the median, least and most of the rounds.
table() {
  local file=$1 column=$2 format=$3 cells=$4 ratios=$5
  awk -F '\t' -v column="$column" -v format="$format" -v cells="$cells" -v ratios="$ratios" '
    function median(values, n,   i, j, x) {
      for (i = 2; i <= n; i++) {
        x = values[i]
        for (j = i - 1; j >= 1 && values[j] > x; j--) values[j + 1] = values[j]
        values[j + 1] = x
      }
      least = values[1]; most = values[n]
      return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
    }
    { if (!($1 in seen)) { seen[$1] = 1; keys[++count] = $1 }
      value[$1, $2, $3] = $column; if ($3 > rounds) rounds = $3 }
    END {
      cellCount = split(cells, cell, " "); ratioCount = split(ratios, ratio, " ")
      for (k = 1; k <= count; k++) {
        line = "| " keys[k] " |"
        for (c = 1; c <= cellCount; c++) {
          n = 0
          for (r = 1; r <= rounds; r++) if ((keys[k], cell[c], r) in value) v[++n] = value[keys[k], cell[c], r]
          line = line (n ? sprintf(" " format " |", median(v, n)) : " fails |")
        }
        for (c = 1; c <= ratioCount; c++) {
          split(ratio[c], of, "/"); n = 0
          for (r = 1; r <= rounds; r++)
            if ((keys[k], of[1], r) in value && value[keys[k], of[2], r] > 0)
              v[++n] = value[keys[k], of[1], r] / value[keys[k], of[2], r]
          line = line (n ? sprintf(" %.2f (%.2f to %.2f) |", median(v, n), least, most) : " |")
        }
        print line
      }
    }' "$file"
}
