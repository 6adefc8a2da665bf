import { join } from 'node:path'
import Database from 'libsql'
import { ConfigError } from '../config-error.ts'

const FILE = 'standpipe.lock'
/** A server that is being replaced may still be writing its last; the one that follows waits for it this long. */
const WAIT_MS = 2000

/**
 * Keeps the folder of the embedded store to this process. The feed is in memory: what a second process wrote would be
 * told to nobody here, and no cursor would show the gap. The lock is the system's and goes with the process, so that a
 * crash leaves none behind. Returns its end. Throws `ConfigError` when another process has the folder.
 */
export function holdFolder(dataDir: string): () => void {
  const lock = new Database(join(dataDir, FILE))
  try {
    lock.pragma(`busy_timeout = ${WAIT_MS}`)
    lock.exec('begin exclusive')
  } catch {
    lock.close()
    throw new ConfigError(
      'DATA_DIR',
      dataDir,
      'a folder of its own, and another running server uses this one',
    )
  }
  return () => void lock.close()
}
