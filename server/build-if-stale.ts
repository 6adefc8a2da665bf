import { spawnSync } from 'node:child_process'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const STAMP = join(ROOT, 'dist/.built')
const SOURCES = ['app', 'worker', 'server', 'vite.config.ts', 'package.json']

/** Builds what is missing or older than its sources. Throws when the build fails: an old build is never served for a new source. */
export function buildIfStale(): void {
  if (mtimeMs(STAMP) > Math.max(...SOURCES.map((source) => newestMs(join(ROOT, source))))) return
  const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`The build failed:\n${built.stdout}\n${built.stderr}`)
  writeFileSync(STAMP, '')
}

function newestMs(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))))
}

function mtimeMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
