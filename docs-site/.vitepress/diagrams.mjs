// Each diagram in diagrams/*.mmd has its two drawings, and they are of the source as it is now.
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { site } from './pages.mjs'

const folder = path.join(site, 'diagrams')
let wrong = 0
for (const name of fs.readdirSync(folder).filter((n) => n.endsWith('.mmd'))) {
  const sum = crypto.createHash('sha256').update(fs.readFileSync(path.join(folder, name))).digest('hex')
  for (const drawing of [name.replace('.mmd', '.svg'), name.replace('.mmd', '-dark.svg')]) {
    const file = path.join(folder, drawing)
    if (!fs.existsSync(file) || !fs.readFileSync(file, 'utf8').includes(`drawn from ${sum}`)) {
      console.error(`diagrams/${drawing} is not of ${name} as it is; scripts/render-mermaid draws it`)
      wrong++
    }
  }
}
process.exit(wrong ? 1 : 0)
