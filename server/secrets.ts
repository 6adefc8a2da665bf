import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { ConfigError } from './config-error.ts'
import type { Random } from './deps.ts'

const SECRET_LENGTH = 43
const OWNER_ONLY = 0o600

const Secret = v.pipe(v.string(), v.minLength(16))

/** Signs tokens and cookies: a restart signs nobody out. */
export function keptAuthSecret(dataDir: string, random: Pick<Random, 'id'>): string {
  return keptSecret(dataDir, 'secrets.json', 'authSecret', random)
}

/** Hashes ids for the log. One of its own, so that a changed `AUTH_SECRET` does not make strangers of those in the log. */
export function keptHashSecret(dataDir: string, random: Pick<Random, 'id'>): string {
  return keptSecret(dataDir, 'log-secret.json', 'hashSecret', random)
}

/**
 * A secret kept under the data folder, made at the first start. Written only where there is none, so of two processes that
 * start at once both end up with the same one.
 */
function keptSecret(dataDir: string, name: string, field: string, random: Pick<Random, 'id'>): string {
  const file = join(dataDir, name)
  try {
    writeFileSync(file, `${JSON.stringify({ [field]: random.id(SECRET_LENGTH) })}\n`, {
      mode: OWNER_ONLY,
      flag: 'wx',
    })
  } catch (error) {
    if (!isCode(error, 'EEXIST'))
      throw new ConfigError('DATA_DIR', dataDir, 'a folder that can be written to')
  }
  const read = v.safeParse(v.object({ [field]: Secret }), parse(readFileSync(file, 'utf8')))
  const secret = read.success ? read.output[field] : undefined
  if (secret !== undefined) return secret
  throw new ConfigError(
    'DATA_DIR',
    dataDir,
    `a folder whose ${name} is whole; remove that file to make a new one`,
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
