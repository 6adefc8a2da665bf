import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { ConfigError } from '../config-error.ts'
import { ClientRules, NO_RULES } from './client-rules.ts'

export const CLIENT_RULES_FILE = 'client-config.json'

/** The rules in the data folder; none when there is no file. Throws `ConfigError` with one line on what is wrong in it. */
export function keptClientRules(dataDir: string): ClientRules {
  const file = join(dataDir, CLIENT_RULES_FILE)
  try {
    return parseClientRules(file, readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return NO_RULES
    if (error instanceof ConfigError) throw error
    throw new ConfigError('DATA_DIR', dataDir, `a folder whose ${CLIENT_RULES_FILE} can be read`)
  }
}

/** @param source the variable or file the text comes from */
export function parseClientRules(source: string, text: string): ClientRules {
  const read = v.safeParse(ClientRules, parseJson(text), { abortEarly: true })
  if (read.success) return read.output
  const [issue] = read.issues
  const path = v.getDotPath(issue)
  const where = path === null ? '' : ` (${JSON.stringify(path)} is not)`
  throw new ConfigError(
    source,
    text,
    `JSON such as {"rules":[{"cohort":{"from":0,"to":10},"sampling":0.1}]}${where}`,
  )
}

function parseJson(text: string): unknown {
  try {
    const read: unknown = JSON.parse(text)
    // A list would pass for an object without keys.
    return Array.isArray(read) ? null : read
  } catch {
    return null
  }
}
