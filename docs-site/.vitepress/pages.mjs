// Which files are pages, what they are called, and where a link between files of the repository leads on the site.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const site = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
export const repository = path.resolve(site, '..')

// Documents that lie outside this folder and are pages nevertheless: file -> name below /project/.
export const documents = {
  'README.md': 'readme',
  'ARCHITECTURE.md': 'architecture',
  'CONTRIBUTING.md': 'contributing',
  'STYLE.md': 'style',
  'CHANGELOG.md': 'changelog',
  'examples/README.md': 'examples',
  'benchmarks/README.md': 'benchmarks',
}

// Folders of the sidebar, in the order of reading; pages in them by `order` of their front matter, then by name.
const folders = [
  ['tutorial', 'Tutorial'],
  ['guides', 'Guides'],
  ['runbooks', 'Runbooks'],
  ['concepts', 'Concepts'],
  ['reference', 'Reference'],
]

// The title and order a page gives itself; the title is that of its first heading unless the front matter says `title`.
export function head(file) {
  const text = fs.readFileSync(file, 'utf8')
  const front = /^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? ''
  const heading = /^# (.+)$/m.exec(text)?.[1]
  const title = /^title: *(.+)$/m.exec(front)?.[1] ?? heading
  if (!title) throw new Error(`${file} has neither a heading nor a title`)
  return { title: title.replace(/`/g, ''), order: Number(/^order: *(\d+)$/m.exec(front)?.[1] ?? 100) }
}

function pagesOf(folder) {
  return fs.readdirSync(path.join(site, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => ({ ...head(path.join(site, folder, name)), name, link: `/${folder}/${name.slice(0, -3)}` }))
    .sort((a, b) => a.order - b.order || a.name.localeCompare(b.name))
}

export function sidebar() {
  const groups = folders.filter(([folder]) => fs.existsSync(path.join(site, folder)))
    .map(([folder, text]) => ({
      text,
      collapsed: folder === 'runbooks',
      items: pagesOf(folder).map(({ title, link }) => ({ text: title, link })),
    }))
  const project = Object.entries(documents)
    .map(([file, name]) => ({ text: head(path.join(repository, file)).title, link: `/project/${name}` }))
  const decisions = pagesOf('decisions').map(({ title, link, name }) => ({
    text: `${name.slice(0, 4)} ${title.replace(/^\d+[ .:–-]*/, '')}`, link,
  }))
  return [...groups, { text: 'The project', items: project }, { text: 'Decisions', collapsed: true, items: decisions }]
}

// The file of the repository that a page was made from.
export function sourceOf(relativePath) {
  const name = /^project\/(.+)\.md$/.exec(relativePath)?.[1]
  const document = Object.entries(documents).find(([, n]) => n === name)?.[0]
  return document ?? `docs-site/${relativePath}`
}

/**
 * Where a link of a file leads: { to } a page or picture of this site, { file } one that only the repository has.
 * Throws where there is nothing at its end.
 */
export function resolve(source, href) {
  const [target, hash] = href.split('#')
  const file = path.posix.normalize(path.posix.join(path.posix.dirname(source), decodeURI(target)))
  if (file.startsWith('..') || !fs.existsSync(path.join(repository, file))) {
    throw new Error(`${source} links to ${href}, where there is nothing`)
  }
  const anchor = hash ? `#${hash}` : ''
  if (documents[file]) return { to: `/project/${documents[file]}${anchor}` }
  const page = /^docs-site\/(.+)\.md$/.exec(file)?.[1]
  if (page) return { to: `/${page.replace(/(^|\/)index$/, '$1')}${anchor}` }
  if (file === 'docs-site' || file === 'docs-site/') return { to: '/' }
  return { file: file.replace(/\/$/, '') }
}
