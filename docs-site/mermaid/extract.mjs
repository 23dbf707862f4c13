// Takes the drawing out of a page: node extract.mjs PAGE CHECKSUM-OF-ITS-SOURCE
import fs from 'node:fs'

const [file, sum] = process.argv.slice(2)
const dom = fs.readFileSync(file, 'utf8')
const svg = /<svg[\s\S]*<\/svg>/.exec(dom)?.[0]
if (!dom.includes('<title>drawn</title>') || !svg) {
  console.error(/<title>(.*)<\/title>/.exec(dom)?.[1] ?? 'nothing was drawn')
  process.exit(1)
}
// An image element wants a size: that of the picture, so that pages can shrink it.
const box = /viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"/.exec(svg)
const whole = svg
  .replace(/ style="max-width:[^"]*"/, '')
  .replace(/ width="100%"/, ` width="${Math.ceil(box[1])}" height="${Math.ceil(box[2])}"`)
  .replace(/<br>/g, '<br/>')
process.stdout.write(`<!-- drawn from ${sum} by scripts/render-mermaid -->\n${whole}\n`)
