#!/bin/sh
# Cuts nodes in containers off from each other, and heals that. Both can be done twice without harm.
#   scripts/chaos/partition.sh apply A,B C,D,E    no packet between the two sides; names or addresses of containers
#   scripts/chaos/partition.sh undo               heals every cut made here
#   scripts/chaos/partition.sh show
# Each side still reaches this machine, and is reached by it. Needs root and iptables; the rules stand in DOCKER-USER and
# carry the comment svc-dht-partition. Exit codes: 0 done, 1 it did not work, 2 bad usage.
set -eu
PATH=$PATH:/usr/sbin:/sbin
mark=svc-dht-partition

usage() {
  sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

# address NAME: that of a container; an address stands for itself.
address() {
  case $1 in
    *[!0-9.]*)
      docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "$1" | awk '{print $1}'
      ;;
    *) printf '%s\n' "$1" ;;
  esac
}

addresses() {
  for name in $(printf '%s' "$1" | tr ',' ' '); do
    at=$(address "$name") && [ -n "$at" ] || {
      echo "partition.sh: $name is no running container and no address" >&2
      return 1
    }
    printf '%s ' "$at"
  done
}

drop() { # from to
  iptables -C DOCKER-USER -s "$1" -d "$2" -m comment --comment "$mark" -j DROP 2>/dev/null ||
    iptables -I DOCKER-USER -s "$1" -d "$2" -m comment --comment "$mark" -j DROP
}

case ${1:-} in
  apply)
    [ $# = 3 ] || usage
    left=$(addresses "$2")
    right=$(addresses "$3")
    for a in $left; do
      for b in $right; do
        drop "$a" "$b"
        drop "$b" "$a"
      done
    done
    ;;
  undo)
    [ $# = 1 ] || usage
    iptables -S DOCKER-USER | grep -- "--comment $mark" | sed 's/^-A/-D/' | while read -r rule; do
      # shellcheck disable=SC2086  # a rule is several words
      iptables $rule
    done
    ;;
  show)
    [ $# = 1 ] || usage
    iptables -S DOCKER-USER | grep -- "--comment $mark" || echo "nothing is cut"
    ;;
  *) usage ;;
esac
