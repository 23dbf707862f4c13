// What a client of IPFS must see of a running node. Announces content, then lists it with the client that Helia uses.
// Usage: node check.mjs API     (a node of its own: it announces and withdraws nothing else)
import assert from 'node:assert/strict'
import { CID } from 'multiformats/cid'
import { base32 } from 'multiformats/bases/base32'
import { base58btc } from 'multiformats/bases/base58'
import * as Digest from 'multiformats/hashes/digest'
import { cid, connect, lines } from './client.mjs'

const api = process.argv[2]
const BLAKE3 = 'b3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'
const SHA2 = 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR'
const PEER = '12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'
const RSA = 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N'

async function provide (record) {
  const answer = await fetch(`${api}/dht/provide`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(record)
  })
  assert.equal(answer.status, 200, await answer.text())
}

await provide({ cid: BLAKE3, addrs: ['/ip4/192.0.2.7/tcp/4001', '/ip4/192.0.2.7/udp/4001/quic-v1', 'transport-bitswap'] })
await provide({ cid: BLAKE3, node: `/dns4/peer.example/tcp/443/wss/p2p/${PEER}` })
await provide({ cid: BLAKE3, node: `/ip6/2001:db8::9/tcp/4001/p2p/${RSA}`, addrs: ['transport-ipfs-gateway-http'] })
await provide({ cid: BLAKE3, node: 'local://shelf-3' })
await provide({ cid: SHA2 })

const client = await connect(api)
const find = async (text, filterAddrs, filterProtocols) =>
  lines(client.getProviders(cid(text), { filterAddrs, filterProtocols }))
const ids = async (...wanted) => (await find(...wanted)).map((line) => line.id)

const [{ id: self }] = await find(SHA2)
assert.match(self, /^12D3Koo/)

// Both forms of an answer: lines, which the client prefers, and JSON, which it also takes.
const plainFetch = globalThis.fetch
const forms = []
for (const accept of [undefined, 'application/json']) {
  globalThis.fetch = async (url, options = {}) => {
    const answer = await plainFetch(url, accept === undefined ? options : { ...options, headers: { accept } })
    forms.push(answer.headers.get('content-type'))
    return answer
  }
  assert.deepEqual(await find(BLAKE3), [
    { id: self, addrs: ['/ip4/192.0.2.7/tcp/4001', '/ip4/192.0.2.7/udp/4001/quic-v1'], protocols: ['transport-bitswap'] },
    { id: PEER, addrs: ['/dns4/peer.example/tcp/443/wss'], protocols: [] },
    { id: RSA, addrs: ['/ip6/2001:db8::9/tcp/4001'], protocols: ['transport-ipfs-gateway-http'] }
  ], 'all that can be dialled, and the place that is no peer passed over')
  // The same content in every spelling.
  assert.deepEqual(await ids(cid(BLAKE3).toString(base32.encoder)), [self, PEER, RSA])
  assert.deepEqual(await ids(CID.parse(SHA2).toV1().toString()), [self])
  // Filters.
  assert.deepEqual(await find(BLAKE3, ['quic-v1']), [
    { id: self, addrs: ['/ip4/192.0.2.7/udp/4001/quic-v1'], protocols: ['transport-bitswap'] }
  ])
  assert.deepEqual(await ids(BLAKE3, ['tcp', '!ip6']), [self, PEER])
  assert.deepEqual(await ids(BLAKE3, undefined, ['transport-bitswap']), [self])
  assert.deepEqual(await ids(BLAKE3, undefined, ['unknown', 'transport-ipfs-gateway-http']), [PEER, RSA])
  assert.deepEqual(await ids(BLAKE3, ['wss'], ['unknown']), [PEER])
  assert.deepEqual(await ids(BLAKE3, ['webtransport']), [])
  // Nobody: an end without lines, not an error.
  assert.deepEqual(await ids(`b3:${'00'.repeat(32)}`), [])
}
assert.deepEqual([...new Set(forms)], ['application/x-ndjson', 'application/json'])
globalThis.fetch = plainFetch

// Peers: this node by its id, a stranger not at all.
const key = (id) => CID.createV1(0x72, Digest.decode(base58btc.baseDecode(id)))
assert.deepEqual((await lines(client.getPeers(key(self)))).map((line) => line.id), [self])
assert.deepEqual(await lines(client.getPeers(key(PEER))), [])
assert.deepEqual(await lines(client.getClosestPeers(key(PEER))), [])

// What nobody can answer is an error.
await assert.rejects(ids('bafkqaaybaibq'), /400/)

await client.stop()
console.log(`ok: ${self} and two more, in ${forms.length} answers of both forms`)
