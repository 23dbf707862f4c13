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
      { text: 'Tutorial', link: '/guides/console' },
      { text: 'Guides', link: '/guides/console' },
      { text: 'Runbooks', link: '/guides/console' },
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
        miniSearch: {
          searchOptions: { fuzzy: 0.15, prefix: true, boost: { title: 4, text: 2, titles: 1 }, combineWith: 'AND' },
        },
      },
    },
  },
})
