import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

const OUT = '../src/hagame/web/dist'

/** The documentation of the API works without the internet: its viewer is served by us. */
function apiViewer(): Plugin {
  return {
    name: 'api-viewer',
    apply: 'build',
    closeBundle() {
      const from = 'node_modules/swagger-ui-dist'
      const { version } = JSON.parse(readFileSync(`${from}/package.json`, 'utf8')) as { version: string }
      const to = `${OUT}/assets/swagger-ui-${version}`
      mkdirSync(to, { recursive: true })
      for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE']) copyFileSync(`${from}/${file}`, `${to}/${file}`)
    },
  }
}

export default defineConfig({
  plugins: [svelte(), apiViewer()],
  build: { outDir: OUT, emptyOutDir: true, chunkSizeWarningLimit: 700, assetsInlineLimit: 0 },
  server: { proxy: Object.fromEntries(['/ai', '/auth', '/collective', '/games', '/health', '/llm', '/stats', '/tasks', '/users'].map((path) => [path, 'http://127.0.0.1:8000'])) },
})
