import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that goes when the test is over. Close what is in it first: the last hook asked for runs first. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'standpipe-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
