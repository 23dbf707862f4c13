// The client that Helia uses for Delegated Routing V1, set up for a svc-dht node.
import { CID } from 'multiformats/cid'
import { base16 } from 'multiformats/bases/base16'
import { base58btc } from 'multiformats/bases/base58'
import { defaultLogger } from '@libp2p/logger'

// The client wants Promise.withResolvers, which Node.js has from 22 on.
Promise.withResolvers ??= function () {
  const all = {}
  all.promise = new Promise((resolve, reject) => Object.assign(all, { resolve, reject }))
  return all
}

const { delegatedRoutingV1HttpApiClient } = await import('@helia/delegated-routing-v1-http-api-client')

/** A client of the node at the given address, such as http://127.0.0.1:5301. */
export async function connect (api, options = {}) {
  const client = delegatedRoutingV1HttpApiClient({ url: `${api}/`, ...options })({ logger: defaultLogger() })
  await client.start()
  return client
}

/** A CID; b3: and 64 hex digits are one whose hash is BLAKE3. */
export function cid (text) {
  return text.startsWith('b3:') ? CID.parse(`f01551e20${text.slice(3)}`, base16.decoder) : CID.parse(text)
}

/** All that a client yields, one line each: peer id, addresses, transfer protocols. */
export async function lines (records) {
  const all = []
  for await (const r of records) {
    all.push({ id: peerId(r.ID), addrs: r.Addrs.map(String), protocols: r.Protocols })
  }
  return all
}

/** A peer id as people know it, from the CID the client makes of it. */
export function peerId (id) {
  return base58btc.baseEncode(id.multihash.bytes)
}
