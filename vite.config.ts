/// <reference types="vitest/config" />
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import { defineConfig, type UserConfig } from 'vite'

const APP_DIR = 'dist/app'

/** The page and, from its one `new SharedWorker(new URL(…))`, the runtime: a self-contained file under /rt/. */
function app(): UserConfig {
  return {
    root: 'app',
    publicDir: 'public',
    plugins: [react()],
    define: { __BUILD__: JSON.stringify(buildId()) },
    build: {
      outDir: `../${APP_DIR}`,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
    },
    worker: {
      format: 'es',
      rolldownOptions: {
        output: {
          entryFileNames: 'rt/[name]-[hash].js',
          codeSplitting: false,
          comments: { annotation: false },
        },
      },
    },
    optimizeDeps: { include: ['comlink', 'idb', 'valibot'] },
    server: {
      port: 5173,
      strictPort: true,
      // Pages live under /finance and /tasks too: only what the API owns is passed on.
      proxy: Object.fromEntries(
        [
          '^/api/',
          '^/auth/',
          '^/realtime/',
          '^/[a-z]+/realtime/',
          '^/(telemetry|config)/',
          '^/streams/',
          '^/(healthz|readyz|metrics|openapi\\.json)$',
        ].map((path) => [path, { target: 'http://localhost:4000' }]),
      ),
    },
  }
}

/** A pass of its own: as a second input it would import a shared chunk, which a classic registration cannot load. */
function serviceWorker(): UserConfig {
  return {
    publicDir: false,
    define: { __PRECACHE__: JSON.stringify(precacheList()), 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: APP_DIR,
      emptyOutDir: false,
      target: 'es2022',
      rolldownOptions: {
        input: 'worker/hosts/service-worker.ts',
        output: { entryFileNames: 'service-worker.js', format: 'iife', codeSplitting: false },
      },
    },
  }
}

function server(): UserConfig {
  return {
    publicDir: false,
    build: {
      ssr: 'server/main.ts',
      outDir: 'dist/server',
      emptyOutDir: true,
      target: 'node20',
      minify: false,
    },
  }
}

/** Everything the shell needs offline, except the runtime's own script: that stays out of the service worker's reach. */
function precacheList(): { url: string; revision: string | null }[] {
  return filesUnder(APP_DIR, /\.(html|js|css|svg|png|woff2|webmanifest)$/)
    .filter((file) => !file.startsWith('rt/') && file !== 'service-worker.js')
    .map((file) => {
      const hashed = file.startsWith('assets/')
      return { url: `/${file}`, revision: hashed ? null : contentHash(readFileSync(`${APP_DIR}/${file}`)) }
    })
}

function filesUnder(folder: string, name: RegExp): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => name.test(file)).toSorted()
}

function contentHash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12)
}

function buildId(): string {
  const hash = createHash('sha256')
  for (const folder of ['app', 'worker']) {
    for (const file of filesUnder(folder, /\.(ts|tsx|css|html)$/))
      hash.update(readFileSync(`${folder}/${file}`))
  }
  return hash.digest('hex').slice(0, 10)
}

export default defineConfig(({ command, mode }) => {
  // A build made by a test run would inherit its NODE_ENV, and with it React's slow development code.
  if (command === 'build') process.env.NODE_ENV = 'production'
  if (mode === 'service-worker') return serviceWorker()
  if (mode === 'server') return server()
  if (mode !== 'test') return app()
  return {
    plugins: [react()],
    test: {
      reporters: ['default', './tests/support/summary-reporter.ts'],
      projects: [
        {
          extends: true,
          test: {
            name: 'unit',
            include: ['tests/**/*.test.{ts,tsx}'],
            exclude: ['tests/{browser,engines}/**'],
            sequence: { groupOrder: 0 },
          },
        },
        {
          extends: true,
          test: {
            name: 'browser',
            include: ['tests/browser/**/*.test.ts'],
            globalSetup: ['tests/support/build-setup.ts'],
            fileParallelism: false,
            testTimeout: 60_000,
            hookTimeout: 60_000,
            sequence: { groupOrder: 1 },
          },
        },
        {
          extends: true,
          test: {
            name: 'engines',
            include: ['tests/engines/**/*.test.ts'],
            globalSetup: ['tests/support/engines-setup.ts'],
            fileParallelism: false,
            testTimeout: 60_000,
            sequence: { groupOrder: 2 },
          },
        },
      ],
    },
  }
})
