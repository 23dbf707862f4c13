#!/bin/sh
# Makes the network of containers slow and lossy, and undoes that. Both can be done twice without harm.
#   scripts/chaos/netem.sh apply CONTAINER… -- delay 50ms 10ms loss 5%     what stands behind -- goes to tc's netem
#   scripts/chaos/netem.sh undo CONTAINER…
#   scripts/chaos/netem.sh show CONTAINER…
# What a container receives is what is hurt, at its end of the bridge on this machine. Needs root, tc (Debian: iproute2) and
# a kernel with sch_netem; where the kernel has none it says so and changes nothing: `svc-dht testnet --faults` needs neither.
# Exit codes: 0 done, 1 it did not work, 2 bad usage, 3 this kernel has no netem.
set -eu
PATH=$PATH:/usr/sbin:/sbin

usage() {
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

# link CONTAINER: the interface of this machine that leads to it.
link() {
  pid=$(docker inspect --format '{{.State.Pid}}' "$1") && [ "$pid" -gt 0 ] || {
    echo "netem.sh: $1 is no running container" >&2
    return 1
  }
  peer=$(nsenter --target "$pid" --net cat /sys/class/net/eth0/iflink)
  for interface in /sys/class/net/*; do
    if [ "$(cat "$interface/ifindex")" = "$peer" ]; then
      printf '%s\n' "${interface##*/}"
      return
    fi
  done
  echo "netem.sh: $1 is on no bridge of this machine" >&2
  return 1
}

# hurt INTERFACE NETEM…: the kernel is asked by doing it, as a module may be loaded for it.
hurt() {
  interface=$1
  shift
  if ! said=$(tc qdisc replace dev "$interface" root netem "$@" 2>&1); then
    case $said in
      *unknown*)
        echo "netem.sh: this kernel has no netem; nothing was changed" >&2
        exit 3
        ;;
    esac
    echo "netem.sh: $said" >&2
    exit 1
  fi
}

action=${1:-}
[ $# -gt 1 ] || usage
shift
containers=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  containers="$containers $1"
  shift
done
[ "${1:-}" != -- ] || shift

case $action in
  apply)
    [ $# -gt 0 ] && [ -n "$containers" ] || usage
    for c in $containers; do
      interface=$(link "$c")
      hurt "$interface" "$@"
    done
    ;;
  undo)
    for c in $containers; do
      interface=$(link "$c")
      if tc qdisc show dev "$interface" | grep -q netem; then
        tc qdisc del dev "$interface" root
      fi
    done
    ;;
  show)
    for c in $containers; do
      interface=$(link "$c")
      printf '%s %s\n' "$c" "$(tc qdisc show dev "$interface")"
    done
    ;;
  *) usage ;;
esac
