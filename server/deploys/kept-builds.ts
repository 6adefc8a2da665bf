import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock, Log } from '../deps.ts'
import type { Asset, Assets } from '../static/assets.ts'
import { isHashed, toAsset } from '../static/read-assets.ts'

/** How long a file is served after it was last part of the build: a tab may stay open for weeks. */
export const KEPT_FOR_MS = 30 * 24 * 60 * 60 * 1000
const FOLDER = 'builds'

/**
 * The files of this build, and those of earlier ones whose name carries a hash: an old page still loads its parts, and
 * starts its runtime again after a crash. Old ones are read from the disk when they are asked for. What cannot be kept (a
 * full disk, a folder that may only be read) is told, and the server serves what it has.
 */
export function keepBuilds(
  assets: ReadonlyMap<string, Asset>,
  { dataDir, clock, log }: { dataDir: string; clock: Pick<Clock, 'now'>; log: Log },
): Assets {
  const folder = join(dataDir, FOLDER)
  const hashed = [...assets].filter(([path]) => isHashed(path))
  try {
    for (const [path, { body }] of hashed) keep(join(folder, path), body, clock.now())
    forget(folder, clock.now())
  } catch (error) {
    log('warn', 'The files of this build cannot be kept for pages of it that outlive it.', {
      error: String(error),
    })
  }

  function readKept(path: string): Asset | undefined {
    // A name of ours has no dots but that of its extension: nothing outside the folder can be asked for.
    if (!isHashed(path) || path.includes('..')) return undefined
    try {
      return toAsset(path, readFileSync(join(folder, path)))
    } catch {
      return undefined
    }
  }

  return { get: (path) => assets.get(path) ?? readKept(path) }
}

/** Its time on the disk is when it was last part of a build that started. */
function keep(file: string, body: Uint8Array, nowMs: number): void {
  if (!statSync(file, { throwIfNoEntry: false })) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, body)
  }
  utimesSync(file, nowMs / 1000, nowMs / 1000)
}

function forget(folder: string, nowMs: number): void {
  if (!statSync(folder, { throwIfNoEntry: false })) return
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isFile() && nowMs - statSync(file).mtimeMs > KEPT_FOR_MS) rmSync(file)
  }
}
