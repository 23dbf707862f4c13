// Announces content on a node, finds it, and asks for it as clients of IPFS do. Node.js 18 or newer, no library.
// Usage: node walk.mjs API CID LOCATOR, for instance
//        node walk.mjs http://127.0.0.1:5301 bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmi local://shelf-3
const [api, cid, locator] = process.argv.slice(2)
if (locator === undefined) {
  console.error('usage: node walk.mjs API CID LOCATOR')
  process.exit(2)
}

/** Asks until the node has an answer: it may be starting, or ask for patience. At most ten times. */
async function ask (path, options = {}, attempt = 1) {
  try {
    const answer = await fetch(api + path, { ...options, signal: AbortSignal.timeout(10_000) })
    if (answer.ok) return answer
    const problem = await answer.json().catch(() => ({}))
    if (answer.status !== 429 && answer.status !== 503) {
      throw Object.assign(new Error(`${answer.status} ${problem.code}: ${problem.detail}`), { final: true })
    }
  } catch (e) {
    if (e.final || attempt === 10) throw e
  }
  // Full jitter: anything below a limit that doubles.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2000, 50 * 2 ** attempt)))
  return ask(path, options, attempt + 1)
}

const provided = await ask('/dht/provide', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ cid, node: locator, ttl_secs: 600 })
})
console.log(`announced until ${(await provided.json()).expires_at}`)

const found = await (await ask(`/dht/find_providers/${encodeURIComponent(cid)}`)).json()
found.providers.forEach((p) => console.log(`found ${p}`))

// Line by line, as they come.
const stream = await ask(`/routing/v1/providers/${encodeURIComponent(cid)}`, { headers: { accept: 'application/x-ndjson' } })
let rest = ''
for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop()
  for (const line of lines) {
    const record = JSON.parse(line)
    console.log(`routed ${record.Schema} ${record.ID ?? record.Locator}`)
  }
}
