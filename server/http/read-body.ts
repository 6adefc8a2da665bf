import type { Context } from 'hono'
import * as v from 'valibot'
import { HttpProblem } from './problem.ts'

/** The largest body any route takes; the app refuses longer ones before they are read. */
export const BODY_BYTES_MAX = 64 * 1024

/** The deepest body any route takes. What is read without recursion may be written with it, and that has an end. */
const DEPTH_MAX = 32

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i

/**
 * The JSON body as the schema has it. Throws `unsupported_media_type`, `bad_request` (not JSON) or `validation_failed`,
 * whose issues name the field and never repeat its value: it may be a password.
 */
export async function readBody<S extends v.GenericSchema>(c: Context, schema: S): Promise<v.InferOutput<S>> {
  return checkBody(schema, await readJson(c))
}

/** The JSON body, whatever it says. Throws `unsupported_media_type` or `bad_request`. */
export async function readJson(c: Context): Promise<unknown> {
  if (!JSON_TYPE.test(c.req.header('content-type') ?? '')) {
    throw new HttpProblem('unsupported_media_type', { detail: 'Send the body as application/json.' })
  }
  const text = await c.req.text()
  if (isDeep(text))
    throw new HttpProblem('bad_request', { detail: `A body may be nested ${DEPTH_MAX} deep.` })
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpProblem('bad_request', { detail: 'The body is not JSON.' })
  }
}

/** Brackets outside strings, in one pass; of what is no JSON it says nothing. */
function isDeep(text: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (inString && sign === '\\') at += 1
    else if (sign === '"') inString = !inString
    else if (!inString && (sign === '{' || sign === '[')) depth += 1
    else if (!inString && (sign === '}' || sign === ']')) depth -= 1
    if (depth > DEPTH_MAX) return true
  }
  return false
}

/** Throws `validation_failed`. */
export function checkBody<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
  const read = v.safeParse(schema, body, { abortPipeEarly: true })
  if (read.success) return read.output
  throw new HttpProblem('validation_failed', {
    detail: 'The body is readable and wrong.',
    issues: read.issues.map((issue) => ({ path: v.getDotPath(issue) ?? '', message: messageOf(issue) })),
  })
}

/** Our own messages are fit to be shown; the library's default ones repeat what was received. */
function messageOf(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith('Invalid ')) return issue.message
  if (issue.received === 'undefined') return 'is missing'
  if (issue.expected === 'never') return 'is not a field of this body'
  return issue.expected ? `must be ${issue.expected}` : 'is not valid'
}
