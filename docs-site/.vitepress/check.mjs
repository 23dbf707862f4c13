// What a built site must hold. Ends with 1 and a list of what it does not.
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import { pathToFileURL } from 'node:url'
import MiniSearch from 'minisearch'
import { repository, site } from './pages.mjs'
import config from './config.mjs'

const FIRST_PAGE_BYTES_MAX = 150_000
const dist = path.join(site, '.vitepress/dist')
const problems = []

function files(folder, ending) {
  return fs.readdirSync(folder, { recursive: true }).filter((f) => f.endsWith(ending)).map((f) => path.join(folder, f))
}

// --- nothing is fetched from elsewhere --------------------------------------------------------------------------------

const fetched = /<(?:script|img|iframe|video|source)[^>]*\ssrc="(?:https?:)?\/\/|<link[^>]*\shref="(?:https?:)?\/\//i
for (const file of files(dist, '.html')) {
  if (fetched.test(fs.readFileSync(file, 'utf8'))) problems.push(`${file} fetches something from outside`)
}
for (const file of files(dist, '.css')) {
  if (/(url\(|@import)\s*['"]?(https?:)?\/\//.test(fs.readFileSync(file, 'utf8'))) problems.push(`${file} fetches from outside`)
}

// --- the first page, as a server sends it, compressed --------------------------------------------------------------------

const home = fs.readFileSync(path.join(dist, 'index.html'), 'utf8')
const parts = [...home.matchAll(/<(?:script|link|img)[^>]*\s(?:src|href)="\/([^"]+)"/g)].map((m) => m[1])
const bytes = ['index.html', ...new Set(parts)]
  .map((p) => zlib.gzipSync(fs.readFileSync(path.join(dist, p))).length)
  .reduce((a, b) => a + b, 0)
if (bytes > FIRST_PAGE_BYTES_MAX) problems.push(`the first page is ${bytes} bytes, more than ${FIRST_PAGE_BYTES_MAX}`)

// --- the search finds what one looks up, in the page that explains it -------------------------------------------------------

// The index that the browser loads, read by what the browser reads it with.
const chunk = files(dist, '.js').find((f) => path.basename(f).startsWith('@localSearchIndexroot'))
const index = MiniSearch.loadJSON((await import(pathToFileURL(chunk))).default, {
  ...config.themeConfig.search.options.miniSearch.options,
  fields: ['title', 'titles', 'text'],
  storeFields: ['title', 'titles'],
})
const options = config.themeConfig.search.options.miniSearch.searchOptions

function firstColumn(page) {
  const text = fs.readFileSync(path.join(site, 'reference', page), 'utf8')
  return [...text.matchAll(/^\| `([^`]+)` /gm)].map((m) => m[1])
}

const commands = [...fs.readFileSync(path.join(site, 'reference/cli.md'), 'utf8').matchAll(/^## svc-dht (.+)$/gm)].map((m) => m[1])
const alerts = [...fs.readFileSync(path.join(repository, 'ops/prometheus/svc-dht.rules.yml'), 'utf8').matchAll(/- alert: (\w+)/g)]
  .map((m) => m[1])
const wanted = [
  ['setting', firstColumn('configuration.md'), '/reference/configuration'],
  ['metric', firstColumn('metrics.md'), '/reference/metrics'],
  ['error', firstColumn('errors.md'), '/reference/errors'],
  ['event', firstColumn('events.md'), '/reference/events'],
  ['command', commands, '/reference/cli'],
  ['alert', alerts, '/runbooks/'],
]
const FIRST_FEW = 16 // as many as the search box shows
for (const [kind, names, page] of wanted) {
  if (names.length < 5) problems.push(`only ${names.length} names of the kind ${kind}: their table is not where it was`)
  for (const name of names) {
    const found = index.search(name, options).slice(0, FIRST_FEW)
    if (!found.some((f) => f.id.startsWith(page))) {
      problems.push(`searching for the ${kind} ${name} does not lead to ${page}, but to ${found.slice(0, 3).map((f) => f.id)}`)
    }
  }
}

// --- pages and rules ----------------------------------------------------------------------------------------------------

for (const name of alerts) {
  const runbook = fs.readFileSync(path.join(repository, 'ops/prometheus/svc-dht.rules.yml'), 'utf8')
    .match(new RegExp(`- alert: ${name}\\n[\\s\\S]*?runbook: ([a-z-]+)`))?.[1]
  const page = path.join(site, 'runbooks', `${runbook}.md`)
  if (!fs.existsSync(page) || !fs.readFileSync(page, 'utf8').includes(`Alert \`${name}\``)) {
    problems.push(`the alert ${name} has no page runbooks/${runbook}.md that names it`)
  }
}
for (const use of ['guides/console', 'guides/replay', 'guides/api', 'guides/amnesia']) {
  if (!fs.existsSync(path.join(dist, `${use}.html`))) problems.push(`one of the four uses has no page: ${use}`)
}

for (const p of problems) console.error(p)
const count = wanted.reduce((n, [, names]) => n + names.length, 0)
console.log(`${problems.length ? 'FAILED' : 'ok'}: ${files(dist, '.html').length} pages, first page ${Math.ceil(bytes / 1000)} kB, `
  + `${count} names found by search`)
process.exit(problems.length ? 1 : 0)
