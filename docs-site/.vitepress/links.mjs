// Links in our documents are those of the repository, so that they work wherever one reads it. Here they are turned into
// links of the site; one to a file that is no page is shown as the file's name. A dead one ends the build.
import fs from 'node:fs'
import path from 'node:path'
import { repository, resolve, sourceOf } from './pages.mjs'

const elsewhere = /^([a-z]+:|\/|#)/i

export function links(md) {
  md.core.ruler.push('repository-links', (state) => {
    const source = sourceOf(state.env.relativePath ?? 'index.md')
    for (const block of state.tokens) {
      if (block.children) rewrite(block.children, source)
    }
  })
  const image = md.renderer.rules.image
  md.renderer.rules.image = (tokens, i, options, env, self) => {
    const night = tokens[i].attrGet('data-night')
    if (!night) return image(tokens, i, options, env, self)
    const alt = md.utils.escapeHtml(tokens[i].content)
    const picture = (src, when) => `<img class="diagram ${when}" src="${src}" alt="${alt}">`
    return picture(tokens[i].attrGet('src'), 'by-day') + picture(night, 'by-night')
  }
}

function rewrite(tokens, source) {
  let hidden = 0
  for (const t of tokens) {
    if (t.type === 'image' && !elsewhere.test(t.attrGet('src'))) picture(t, source)
    if (t.type === 'link_open' && !elsewhere.test(t.attrGet('href'))) {
      const { to, file } = resolve(source, t.attrGet('href'))
      if (to) {
        t.attrSet('href', to)
      } else if (/\.(png|svg)$/.test(file)) {
        t.attrSet('href', publish(file))
        t.attrSet('target', '_self')
      } else {
        hidden++
        t.tag = 'span'
        t.attrs = [['class', 'in-repository'], ['title', `${file} in the repository`]]
        t.type = 'file_open'
      }
    } else if (t.type === 'link_close' && hidden > 0) {
      hidden--
      t.tag = 'span'
      t.type = 'file_close'
    }
  }
}

// A diagram that has a copy for the dark, x-dark.svg beside x.svg, is shown as the reader's colours ask.
function picture(t, source) {
  const { file } = resolve(source, t.attrGet('src'))
  if (!file) throw new Error(`${source} shows ${t.attrGet('src')}, which is no picture`)
  t.attrSet('src', publish(file))
  const night = file.replace(/\.svg$/, '-dark.svg')
  if (night !== file && fs.existsSync(path.join(repository, night))) t.attrSet('data-night', publish(night))
}

// Pictures keep their names and are served as they are: copied into public/ while pages are read, which git ignores.
function publish(file) {
  const at = file.replace(/^docs-site\//, '')
  const to = path.join(repository, 'docs-site/public', at)
  const from = path.join(repository, file)
  fs.mkdirSync(path.dirname(to), { recursive: true })
  if (!fs.existsSync(to) || fs.statSync(to).mtimeMs < fs.statSync(from).mtimeMs) fs.copyFileSync(from, to)
  return `/${at}`
}
