#!/usr/bin/env python3
"""A peer of svc-dht in Python's standard library and the openssl command, written from docs-site/reference/wire.md and
signed-records.md alone.

  peer.py vectors DIR           checks the test vectors in DIR with the code that also talks
  peer.py talk HOST:PORT        greets a node and asks it everything, one line of JSON an answer

Exit codes: 0 all as the reference says, 1 something was not, 2 bad usage.
"""

import argparse
import json
import pathlib
import sys
import time

import cbor
import identity
import records
import vectors
import wire


def say(what, **fields):
    print(json.dumps({"what": what} | fields, ensure_ascii=False))


def must(holds, sentence):
    if not holds:
        raise ValueError(sentence)


def answer(connection, opcode, **fields):
    code, response = connection.ask(opcode, **fields)
    must(code == wire.OK, f"opcode {opcode} was answered with {code}: {response.get('reason')}")
    return response


def talk(args):
    host, _, port = args.address.rpartition(":")
    us = identity.Identity(wire.seed_of(args.identity))
    c = wire.Connection(host.strip("[]"), int(port), us, args.network)
    must(args.node in (None, c.node), f"{c.node} answers at {args.address}")
    say("hello", node=c.node, us=us.id, hello=c.hello)

    say("ping", seq=answer(c, wire.PING)["seq"])
    check_node_record(c, args.network)
    found = answer(c, wire.FIND_NODE, target=records.key_of("b3:" + us.id[3:]))
    say("find_node", contacts=[records.contact(i) for i in found.get("contacts", [])])

    if args.cid:
        provide_and_find(c, us, args)
    c.close()


def check_node_record(c, network):
    record = answer(c, wire.NODE_RECORD)["record"]
    must(record["ed25519"] == c.ed25519, "the node record is another node's")
    must(records.ml_dsa_hash_of(record) == c.ml_dsa_hash, "the node record has another post-quantum key")
    must(record["network"] == network, "the node record is of another network")
    must(records.is_signed(record, identity.NODE_RECORD, c.ed25519), "the node record's signature does not hold")
    say("node_record", seq=record["seq"], versions=record["versions"],
        addrs=[records.address_text(a) for a in record["addrs"]], algs=[s["alg"] for s in record["sigs"]])


def provide_and_find(c, us, args):
    ttl = 0 if args.withdraw else args.ttl
    record = records.provider_record(us, args.cid, args.locator, ttl, time.time_ns() // 1_000_000)
    code, reason = answer(c, wire.PROVIDE, records=[record])["results"][0]
    say("withdraw" if args.withdraw else "provide", cid=args.cid, locator=args.locator, code=code, reason=reason)
    must(code == wire.OK, f"the record was refused with {code}: {reason}")

    # The same again is no news, and a changed one is not ours any more.
    code, reason = answer(c, wire.PROVIDE, records=[record])["results"][0]
    say("again", code=code, reason=reason)
    code, reason = answer(c, wire.PROVIDE, records=[record | {"ts": record["ts"] + 1}])["results"][0]
    say("forged", code=code, reason=reason)
    must(code == 1440, f"a forged record was answered with {code}")

    found = answer(c, wire.FIND_VALUE, key=record["key"], limit=100).get("records", [])
    for r in found:
        must(records.is_signed(r, identity.PROVIDER_RECORD, records.publisher_keys(r["publisher"])[0]),
             "a record was handed out whose signature does not hold")
    must((record in found) != args.withdraw, "the record is not as it was told" if not args.withdraw else "still there")
    say("find_value", records=[
        {"publisher": identity.node_id(*records.publisher_keys(r["publisher"])), "locator": r.get("locator", ""),
         "ttl": r["ttl"]} for r in found])


def main():
    parser = argparse.ArgumentParser(description="A peer of svc-dht, in Python.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("vectors", help="check the test vectors")
    check.add_argument("directory", type=pathlib.Path)
    to = commands.add_parser("talk", help="talk to a node")
    to.add_argument("address", metavar="HOST:PORT", help="where the node listens for peers")
    to.add_argument("--node", metavar="n3:…", help="which node must answer there")
    to.add_argument("--network", default="svc-dht", help="the network id (default svc-dht)")
    to.add_argument("--identity", metavar="FILE", help="where our seed is kept; made where there is none")
    to.add_argument("--cid", help="a content id to announce")
    to.add_argument("--locator", default="", help="where the content is, where not with us")
    to.add_argument("--ttl", type=int, default=600, help="for how many seconds (default 600)")
    to.add_argument("--withdraw", action="store_true", help="take it back instead")
    args = parser.parse_args()
    try:
        if args.command == "vectors":
            for name, count in vectors.check(args.directory).items():
                say("vectors", file=name, checked=count)
        else:
            talk(args)
    except (ValueError, KeyError, RuntimeError, OSError, cbor.Refused) as e:
        print(f"peer.py: {type(e).__name__}: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
