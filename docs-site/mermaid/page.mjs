// Writes a page that draws one diagram: node page.mjs SOURCE light|dark MERMAID
import fs from 'node:fs'

const [source, theme, mermaid] = process.argv.slice(2)
const light = theme === 'light'
const ink = light ? '#1f2d2a' : '#dfe9e6'
const line = light ? '#5b706a' : '#8fa8a0'
const fill = light ? '#e8f3ef' : '#1d3530'
const settings = {
  startOnLoad: false,
  theme: 'base',
  fontFamily: 'system-ui, Noto Sans, Liberation Sans, sans-serif',
  deterministicIds: true,
  htmlLabels: false,
  flowchart: { htmlLabels: false, curve: 'basis' },
  themeVariables: {
    darkMode: !light,
    background: 'transparent',
    primaryColor: fill,
    primaryTextColor: ink,
    primaryBorderColor: line,
    lineColor: line,
    textColor: ink,
    clusterBkg: light ? '#f6f8f7' : '#17211f',
    clusterBorder: line,
    edgeLabelBackground: light ? '#ffffff' : '#1b1b1f',
    actorBkg: fill,
    actorTextColor: ink,
    signalTextColor: ink,
    signalColor: line,
    fontSize: '15px',
  },
}
process.stdout.write(`<!doctype html><meta charset="utf-8"><div id="here"></div>
<script src="file://${mermaid}"></script>
<script>
mermaid.initialize(${JSON.stringify(settings)})
mermaid.render('drawing', ${JSON.stringify(fs.readFileSync(source, 'utf8'))})
  .then(({ svg }) => { document.getElementById('here').innerHTML = svg; document.title = 'drawn' })
  .catch((e) => { document.title = 'failed: ' + e.message })
</script>
`)
