// Who provides a CID, as an application on Helia would ask.
// Usage: node find.mjs API CID [filter-addrs [filter-protocols]]
import { cid, connect, lines } from './client.mjs'

const [api, text, filterAddrs, filterProtocols] = process.argv.slice(2)
if (text === undefined) {
  console.error('usage: node find.mjs API CID [filter-addrs [filter-protocols]]')
  process.exit(2)
}
const client = await connect(api)
const found = await lines(client.getProviders(cid(text), {
  filterAddrs: filterAddrs?.split(','),
  filterProtocols: filterProtocols?.split(',')
}))
found.forEach((line) => console.log(JSON.stringify(line)))
await client.stop()
process.exit(found.length === 0 ? 1 : 0)
