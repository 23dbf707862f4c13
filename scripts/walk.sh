# shellcheck shell=sh
# Sourced by ttl-demo and provide-and-check: options, a node of one's own with --spawn, and its API through curl.
#
# Exit codes: 0 ok, 1 the node did not do what it should, 2 bad usage, 3 no node there or none could be started.

walk_name=${0##*/}
walk_here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
walk_dir=
walk_pid=

say() { printf '%s\n' "$*"; }

die() {
  walk_code=$1
  shift
  printf '%s: %s\n' "$walk_name" "$*" >&2
  exit "$walk_code"
}

# walk_options "$@": sets cid node ttl addr timeout spawn.
walk_options() {
  cid=b3:demo node=local://demo ttl=2 addr=127.0.0.1:5301 timeout=180 spawn=
  while [ $# -gt 0 ]; do
    walk_option=$1
    shift
    case $walk_option in
      --spawn) spawn=1; continue ;;
      -h | --help) walk_usage; exit 0 ;;
      --*=*) walk_value=${walk_option#*=} walk_option=${walk_option%%=*} ;;
      --cid | --node | --ttl | --addr | --timeout)
        [ $# -gt 0 ] || die 2 "$walk_option needs a value"
        walk_value=$1
        shift
        ;;
      *) die 2 "$walk_option is not known; --help lists the options" ;;
    esac
    case $walk_option in
      --cid) cid=$walk_value ;;
      --node) node=$walk_value ;;
      --ttl) ttl=$walk_value ;;
      --addr) addr=$walk_value ;;
      --timeout) timeout=$walk_value ;;
      *) die 2 "$walk_option is not known; --help lists the options" ;;
    esac
  done
  case $ttl$timeout in *[!0-9]* | '') die 2 "--ttl and --timeout are whole seconds" ;; esac
  case $cid in *[!0-9A-Za-z:._-]* | '') die 2 "--cid may hold letters, digits and :._- only" ;; esac
  case $node in *[\"\\]* | '') die 2 "--node may hold neither quotes nor backslashes" ;; esac
  command -v curl >/dev/null || die 2 "needs curl"
}

walk_usage() {
  say "usage: $walk_name [--spawn] [--cid CID] [--node LOCATOR] [--ttl SECONDS] [--addr HOST:PORT] [--timeout SECONDS]"
  say "  --spawn    start a node of its own on a free port, in a temporary directory, and remove it afterwards"
  say "  --addr     the HTTP API of a running node (default 127.0.0.1:5301)"
  say "  --timeout  for the node to be ready, and for each thing waited for (default 180)"
}

walk_end() {
  walk_code=$?
  trap - EXIT
  if [ -n "$walk_pid" ]; then
    kill "$walk_pid" 2>/dev/null || :
    wait "$walk_pid" 2>/dev/null || :
  fi
  [ -z "$walk_dir" ] || rm -rf "$walk_dir"
  exit "$walk_code"
}

# Starts a node with --spawn, then waits until there is a ready one.
walk_begin() {
  trap walk_end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  walk_until=$(($(date +%s) + timeout))
  if [ -n "$spawn" ]; then
    walk_dir=$(mktemp -d "${TMPDIR:-/tmp}/svc-dht-demo.XXXXXX")
    # The first start of a checkout builds the program, which takes longer than any start.
    "$walk_here/svc-dht" --version >/dev/null || die 3 "the program cannot be built or started"
    walk_until=$(($(date +%s) + timeout))
    : >"$walk_dir/log"
    "$walk_here/svc-dht" run --data-dir "$walk_dir/data" --admin-bind 127.0.0.1:0 --peer-bind 127.0.0.1:0 --log-format text \
      >"$walk_dir/log" 2>&1 &
    walk_pid=$!
    addr=
    until [ -n "$addr" ]; do
      addr=$(sed -n 's/.*Serving node [^ ]* at \[\{0,1\}\([0-9.:]*\).*/\1/p' "$walk_dir/log" | head -n 1)
      kill -0 "$walk_pid" 2>/dev/null || { cat "$walk_dir/log" >&2; die 3 "the node ended at once"; }
      walk_in_time || { cat "$walk_dir/log" >&2; die 3 "the node did not serve within $timeout s"; }
    done
    say "started a node at $addr"
  fi
  until [ "$(curl -s -o /dev/null -w '%{http_code}' "http://$addr/readyz")" = 200 ]; do
    walk_in_time || die 3 "no ready node at $addr within $timeout s; start one with ./svc-dht run, or give --spawn"
  done
  say "ready: http://$addr"
}

# One turn of a wait: false when the time is up.
walk_in_time() {
  [ "$(date +%s)" -le "$walk_until" ] && sleep 0.1
}

# api PATH [curl options]: the body of an answer that must be 200.
api() {
  walk_path=$1
  shift
  walk_answer=$(curl -sS -w '\n%{http_code}' "$@" "http://$addr$walk_path") || die 3 "no answer from $addr"
  [ "${walk_answer##*
}" = 200 ] || die 1 "$walk_path was answered with $walk_answer"
  printf '%s\n' "${walk_answer%
*}"
}

provide() {
  api /dht/provide -H 'Content-Type: application/json' \
    --data-binary "{\"cid\":\"$cid\",\"node\":\"$node\",\"ttl_secs\":$ttl}"
}

# Whether a find shows the locator.
is_found() {
  walk_found=$(api "/dht/find_providers/$cid") || exit $?
  case $walk_found in
    *'"providers":['*"\"$node\""*'],"hops"'*) return 0 ;;
    *) return 1 ;;
  esac
}

# counter NAME: its value.
counter() {
  api /metrics | awk -v name="$1" '$1 == name { print int($2); found = 1 } END { if (!found) print 0 }'
}
