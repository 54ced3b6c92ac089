import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

const OUT = '../src/hagame/web/dist'

const START = "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true })\n"

/** The one thing that Redoc would load from elsewhere. */
const REDOC_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg'

/** The documentation of the API works without the internet: its viewers are served by us, and no script stands in a page. */
function apiViewers(): Plugin {
  return {
    name: 'api-viewers',
    apply: 'build',
    closeBundle() {
      const swagger = copied('swagger-ui-dist', 'swagger-ui', ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE'])
      writeFileSync(`${swagger}/start.js`, START)
      const redoc = copied('redoc', 'redoc', ['bundles/redoc.standalone.js', 'bundles/redoc.standalone.js.LICENSE.txt', 'LICENSE'])
      const bundle = `${redoc}/redoc.standalone.js`
      writeFileSync(bundle, readFileSync(bundle, 'utf8').replaceAll(REDOC_LOGO, 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E'))
    },
  }
}

/** Files of a package in a folder named after its version, so that browsers may keep them. */
function copied(pack: string, name: string, files: string[]): string {
  const from = `node_modules/${pack}`
  const { version } = JSON.parse(readFileSync(`${from}/package.json`, 'utf8')) as { version: string }
  const to = `${OUT}/assets/${name}-${version}`
  mkdirSync(to, { recursive: true })
  for (const file of files) copyFileSync(`${from}/${file}`, `${to}/${basename(file)}`)
  return to
}

export default defineConfig({
  plugins: [svelte(), apiViewers()],
  build: { outDir: OUT, emptyOutDir: true, chunkSizeWarningLimit: 700, assetsInlineLimit: 0 },
  server: { proxy: Object.fromEntries(['/admin', '/ai', '/auth', '/collective', '/games', '/health', '/llm', '/reports', '/stats', '/tasks', '/users'].map((path) => [path, 'http://127.0.0.1:8000'])) },
})
