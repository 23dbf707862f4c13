#!/usr/bin/env python3
"""Announces content on a node, finds it, and asks for it as clients of IPFS do. Python 3.9 or newer, no library.

Usage: python3 walk.py API CID LOCATOR, for instance
       python3 walk.py http://127.0.0.1:5301 bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmi local://shelf-3
"""
import json
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


def ask(api, path, body=None, accept="application/json"):
    """Asks until the node has an answer: it may be starting, or ask for patience. At most ten times."""
    headers = {"Accept": accept}
    if body is not None:
        headers["Content-Type"] = "application/json"
    for attempt in range(1, 11):
        request = urllib.request.Request(api + path, data=body, headers=headers)
        try:
            return urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as e:
            if e.code not in (429, 503):
                problem = json.load(e)
                sys.exit(f"{e.code} {problem['code']}: {problem['detail']}")
        except (urllib.error.URLError, OSError) as e:
            if attempt == 10:
                sys.exit(f"no answer: {e}")
        # Full jitter: anything below a limit that doubles.
        time.sleep(random.random() * min(2, 0.05 * 2**attempt))
    sys.exit("the node does not get ready")


def main():
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    api, cid, locator = sys.argv[1:]
    quoted = urllib.parse.quote(cid, safe="")

    body = json.dumps({"cid": cid, "node": locator, "ttl_secs": 600}).encode()
    with ask(api, "/dht/provide", body) as answer:
        print("announced until", json.load(answer)["expires_at"])

    with ask(api, f"/dht/find_providers/{quoted}") as answer:
        for provider in json.load(answer)["providers"]:
            print("found", provider)

    # Line by line, as they come.
    with ask(api, f"/routing/v1/providers/{quoted}", accept="application/x-ndjson") as answer:
        for line in answer:
            record = json.loads(line)
            print("routed", record["Schema"], record.get("ID") or record["Locator"])


if __name__ == "__main__":
    main()
