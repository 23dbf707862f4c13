#!/bin/sh
# Announces content on a node, finds it, and asks for it as clients of IPFS do.
# Usage: walk.sh API CID LOCATOR, for instance
#        walk.sh http://127.0.0.1:5301 bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmi local://shelf-3
set -eu
if [ $# -ne 3 ]; then
  echo "usage: walk.sh API CID LOCATOR" >&2
  exit 2
fi

# Asks again while the node is starting or asks for patience (429, 503), and where the connection is cut.
ask() { curl -sS --fail-with-body --max-time 10 --retry 10 --retry-max-time 60 --retry-connrefused "$@" && echo; }

ask "$1/dht/provide" -H 'Content-Type: application/json' --data-binary "{\"cid\":\"$2\",\"node\":\"$3\",\"ttl_secs\":600}"
ask "$1/dht/find_providers/$2"
ask "$1/routing/v1/providers/$2"
ask "$1/routing/v1/providers/$2" -H 'Accept: application/x-ndjson'
ask "$1/routing/v1/providers/$2?filter-addrs=unknown&filter-protocols=unknown"
