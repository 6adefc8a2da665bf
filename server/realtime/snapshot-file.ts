import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Log } from '../deps.ts'
import { readSnapshot, writeSnapshot } from './feed-snapshot.ts'
import type { LeftFeed } from './memory-broker.ts'

export interface SnapshotFile {
  /** Writes all or nothing, durable when it returns. Throws the system's error, and then there is no snapshot. */
  save(feeds: readonly LeftFeed[]): void
  /**
   * What the process before this one left, once: it is gone from the disk before it is used, because numbers that were
   * given out twice would lose events in silence. Empty when there is nothing to trust; one log line says which. Never throws.
   */
  take(): LeftFeed[]
}

const FILE = 'feeds.snapshot'
const OWNER_ONLY = 0o600

export function createSnapshotFile(deps: { dataDir: string; clock: Clock; log: Log }): SnapshotFile {
  const { dataDir, clock, log } = deps
  const file = join(dataDir, FILE)
  const unfinished = `${file}.new`

  /** A name is durable when its folder is. */
  function syncFolder(): void {
    const folder = openSync(dataDir, 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  }

  function writeWhole(feeds: readonly LeftFeed[]): void {
    const fd = openSync(unfinished, 'wx', OWNER_ONLY)
    try {
      for (const line of writeSnapshot(feeds, clock.now())) writeAll(fd, Buffer.from(line))
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  }

  function readOnce(): LeftFeed[] | string {
    try {
      const bytes = readFileSync(file)
      rmSync(file)
      syncFolder()
      return readSnapshot(bytes, clock.now())
    } catch (error) {
      if (error instanceof Error && 'code' in error) {
        return error.code === 'ENOENT' ? 'there is none' : `it could not be taken: ${String(error.code)}`
      }
      return `it could not be read: ${String(error)}`
    }
  }

  return {
    save(feeds) {
      rmSync(unfinished, { force: true })
      try {
        writeWhole(feeds)
        renameSync(unfinished, file)
        syncFolder()
      } catch (error) {
        rmSync(unfinished, { force: true })
        throw error
      }
    },
    take() {
      const taken = readOnce()
      if (typeof taken === 'string') {
        log('info', '[Snapshot] Feeds begin anew.', { why: taken })
        return []
      }
      const events = taken.reduce((sum, feed) => sum + feed.events.length, 0)
      log('info', '[Snapshot] Feeds go on.', { feeds: taken.length, events })
      return taken
    },
  }
}

/** A write may take less than it was given, as it does when the disk is full at its end. */
function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
}
