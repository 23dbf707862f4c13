// Announces keys all over a testnet of hyperdht in one process and finds each from another node: once, and ROUNDS times
// another key from the same nodes: finds.js NODES KEYS ROUNDS.
// Prints one JSON object, as `svc-dht testnet --check --json` does: times to the first provider, in milliseconds.
const { performance } = require("node:perf_hooks");
const { createHash } = require("node:crypto");
const DHT = require("hyperdht");
const createTestnet = require("hyperdht/testnet");

const [nodes, keys, rounds] = process.argv.slice(2).map(Number);
const STRIDE = 7;

function quantiles(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

async function find(node, topic) {
  const began = performance.now();
  const query = node.lookup(topic);
  for await (const answer of query) {
    if (answer.peers.length > 0) {
      const took = performance.now() - began;
      query.destroy();
      return took;
    }
  }
  return undefined;
}

async function main() {
  const testnet = await createTestnet(nodes);
  const topics = [];
  for (let i = 0; i < keys; i++) {
    const topic = createHash("sha256").update(`testnet-${i}`).digest();
    topics.push(topic);
    await testnet.nodes[i % nodes].announce(topic, DHT.keyPair()).finished();
  }
  const cold = [];
  const warm = [];
  for (let i = 0; i < keys; i++) {
    cold.push(await find(testnet.nodes[(i + STRIDE) % nodes], topics[i]));
  }
  for (let round = 1; round <= rounds; round++) {
    const times = [];
    for (let i = 0; i < keys; i++) {
      times.push(await find(testnet.nodes[(i + STRIDE) % nodes], topics[(i + round * nodes) % keys]));
    }
    warm.push(quantiles(times.filter((t) => t !== undefined)));
  }
  const found = cold.filter((t) => t !== undefined);
  console.log(
    JSON.stringify({
      nodes,
      asked: keys,
      found: found.length,
      cold_ms: quantiles(found),
      warm_ms: warm[0],
      last_round_ms: warm.at(-1),
    }),
  );
  await testnet.destroy();
}

main().then(
  () => process.exit(0),
  (e) => {
    console.error(e);
    process.exit(1);
  },
);
