import { defineConfig } from 'vitepress'
import { links } from './links.mjs'
import { sidebar } from './pages.mjs'

export default defineConfig({
  title: 'svc-dht',
  description: 'A content-discovery node that remembers everything as events',
  lang: 'en',
  cleanUrls: false,
  metaChunk: true,
  lastUpdated: false,
  srcExclude: ['node_modules/**', 'mermaid/**', 'public/**', 'project/README.md'],
  markdown: {
    config: links,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark' },
    languageAlias: { console: 'shellsession', mermaid: 'text', promql: 'text' },
  },
  themeConfig: {
    nav: [
      { text: 'Tutorial', link: '/tutorial/first-minute' },
      { text: 'Guides', link: '/guides/console' },
      { text: 'Runbooks', link: '/runbooks/' },
      { text: 'Reference', link: '/reference/configuration' },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    externalLinkIcon: false,
    docFooter: { prev: 'Before', next: 'Next' },
    search: {
      provider: 'local',
      options: {
        detailedView: true,
        // Both functions are sent to the browser as text: they may refer to nothing outside themselves.
        miniSearch: {
          options: {
            // A name such as journal_bytes is a word, and so are its parts.
            tokenize: (text) =>
              text.split(/[\n\r\p{Z}\p{P}]+/u).concat(text.match(/[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+/g) || []),
          },
          searchOptions: {
            fuzzy: 0.15,
            prefix: true,
            combineWith: 'AND',
            boost: { title: 4, text: 2, titles: 1 },
            // Where a thing is explained comes before where it is used; one setting is a line of a long table.
            boostDocument: (id) => {
              if (/configuration|metrics|errors/.test(id) && id.includes('/reference/')) return 6
              return id.includes('/reference/') || id.includes('/guides/') ? 2 : id.includes('/decisions/') ? 0.6 : 1
            },
          },
        },
      },
    },
  },
})
