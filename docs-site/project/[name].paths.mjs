// The documents of the repository's root as pages.
import fs from 'node:fs'
import path from 'node:path'
import { documents, repository } from '../.vitepress/pages.mjs'

export default {
  paths: () =>
    Object.entries(documents).map(([file, name]) => ({
      params: { name },
      content: fs.readFileSync(path.join(repository, file), 'utf8'),
    })),
}
