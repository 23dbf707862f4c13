// Announces keys all over a testnet of hyperdht in one process and finds each from another node, twice: finds.js NODES KEYS.
// Prints one JSON object, as `svc-dht testnet --check --json` does: times to the first provider, in milliseconds.
const { performance } = require("node:perf_hooks");
const { createHash } = require("node:crypto");
const DHT = require("hyperdht");
const createTestnet = require("hyperdht/testnet");

const [nodes, keys] = process.argv.slice(2).map(Number);
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
  for (let i = 0; i < keys; i++) {
    warm.push(await find(testnet.nodes[(i + STRIDE) % nodes], topics[(i + nodes) % keys]));
  }
  const found = cold.filter((t) => t !== undefined);
  console.log(
    JSON.stringify({
      nodes,
      asked: keys,
      found: found.length,
      cold_ms: quantiles(found),
      warm_ms: quantiles(warm.filter((t) => t !== undefined)),
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
