import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { BAD_AUTHORIZATION } from './authorization.ts'

const MAIN = join(import.meta.dirname, '../../dist/server/main.js')
/** The sources, run as they are: no build stands between a change and its test. */
export const SOURCES = join(import.meta.dirname, '../../server/main.ts')
const READY_WITHIN_MS = 30_000
const PRELOAD = ['tsx', new URL('say-requests.ts', import.meta.url).href]

export type LogLine = Record<string, unknown> & { msg: string }

export interface ServerProcess {
  url: string
  /** Every JSON log line so far: what the server saw, which no page can tell. */
  lines: LogLine[]
  /** Ends it as a deploy does (SIGTERM) or as a crash does (SIGKILL); the data stays. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Starts again on the same data and port; variables that are given hold from then on. */
  restart(variables?: Record<string, string>): Promise<void>
  /** Stops and removes the data. Throws when any request carried an `Authorization` that holds no token. */
  dispose(): Promise<void>
}

/** The built server as a process of its own on a free port, with a store of its own and demo data in it. */
export async function startServer(env: Record<string, string> = {}, main = MAIN): Promise<ServerProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'standpipe-'))
  const lines: LogLine[] = []
  const NODE_OPTIONS = PRELOAD.map((module) => `--import=${module}`).join(' ')
  let child: ChildProcess
  let url = ''

  async function launch(port: string): Promise<void> {
    child = spawn(process.execPath, [main], {
      // A test that does not ask how polls leave waits for none of them.
      env: {
        ...process.env,
        DRAIN_MS: '0',
        RESTART_MS: '0',
        NODE_OPTIONS,
        PORT: port,
        DATA_DIR: dataDir,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    url = await readUntilReady(child, lines)
  }

  async function stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }

  // Whoever started it may fail before it is disposed of: it never outlives this process.
  process.once('exit', () => child.kill('SIGKILL'))
  await launch('0')
  return {
    get url() {
      return url
    },
    lines,
    stop,
    restart: async (variables) => {
      await stop()
      Object.assign(env, variables)
      await launch(new URL(url).port)
    },
    dispose: async () => {
      await stop('SIGKILL')
      rmSync(dataDir, { recursive: true, force: true })
      const bad = lines.filter(({ msg }) => msg === BAD_AUTHORIZATION)
      if (bad.length > 0) throw new Error(`Requests without a token in Authorization: ${JSON.stringify(bad)}`)
    },
  }
}

function readUntilReady(child: ChildProcess, lines: LogLine[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('The server did not say that it is ready.')),
      READY_WITHIN_MS,
    )
    child.once('exit', (code) => reject(new Error(`The server ended with code ${code} before it was ready.`)))
    if (!child.stdout) throw new Error('the server was started without a pipe')
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) lines.push(JSON.parse(line) as LogLine)
      const ready = /https?:\/\/\S+/.exec(line)
      if (!line.startsWith('{') && ready) {
        clearTimeout(timer)
        resolve(ready[0].replace(/[.,]$/, ''))
      }
    })
  })
}
