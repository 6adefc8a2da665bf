import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { ConfigError } from './config-error.ts'
import type { Random } from './deps.ts'

const FILE = 'secrets.json'
const SECRET_LENGTH = 43
const OWNER_ONLY = 0o600

const Secrets = v.object({ authSecret: v.pipe(v.string(), v.minLength(16)) })

/**
 * The secret kept under the data folder, made at the first start: a restart signs nobody out. Written only where there is
 * none, so of two processes that start at once both end up with the same one.
 */
export function keptAuthSecret(dataDir: string, random: Pick<Random, 'id'>): string {
  const file = join(dataDir, FILE)
  try {
    writeFileSync(file, `${JSON.stringify({ authSecret: random.id(SECRET_LENGTH) })}\n`, {
      mode: OWNER_ONLY,
      flag: 'wx',
    })
  } catch (error) {
    if (!isCode(error, 'EEXIST'))
      throw new ConfigError('DATA_DIR', dataDir, 'a folder that can be written to')
  }
  const read = v.safeParse(Secrets, parse(readFileSync(file, 'utf8')))
  if (read.success) return read.output.authSecret
  throw new ConfigError(
    'DATA_DIR',
    dataDir,
    `a folder whose ${FILE} is whole; remove that file to make a new one`,
  )
}

/** Makes the data folder. Throws `ConfigError` when it cannot be one. */
export function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true })
  } catch {
    throw new ConfigError('DATA_DIR', dataDir, 'a folder that can be made and written to')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
