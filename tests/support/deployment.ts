import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { startWatchedServer, type WatchedServer } from './watched-server.ts'

const ROOT = join(import.meta.dirname, '../..')

/** A server in a folder of its own, to which another build of the app can be deployed. */
export interface Deployment extends WatchedServer {
  /**
   * Builds the app of the same sources under another build id and puts it over the one that is there, whose hashed files
   * stay; then starts the server anew on its data and port.
   */
  deploy(buildId: string): Promise<void>
  /** The built app as it is served. */
  appFolder: string
}

export async function startDeployment(): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'standpipe-'))
  const dist = join(folder, 'dist')
  mkdirSync(dist)
  for (const part of ['server', 'app'])
    cpSync(join(ROOT, 'dist', part), join(dist, part), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const server = await startWatchedServer(join(dist, 'server/main.js'))
  return {
    ...server,
    appFolder: join(dist, 'app'),
    process: {
      ...server.process,
      async dispose() {
        await server.process.dispose()
        rmSync(folder, { recursive: true, force: true })
      },
    },
    async deploy(buildId) {
      const outDir = join(folder, buildId)
      await build({
        configFile: join(ROOT, 'vite.config.ts'),
        define: { __BUILD__: JSON.stringify(buildId) },
        build: { outDir },
        logLevel: 'error',
      })
      cpSync(outDir, join(dist, 'app'), { recursive: true })
      await server.process.restart()
    },
  }
}
