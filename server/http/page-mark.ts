import * as v from 'valibot'
import { HttpProblem } from './problem.ts'

/** Where a page ended, as an opaque word: the sort key of its last row. */
export function formatMark(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** The sort key behind a mark, checked: anybody can write one. Throws `bad_request`. */
export function parseMark<S extends v.GenericSchema>(mark: string, key: S): v.InferOutput<S> {
  const read = v.safeParse(key, decode(mark))
  if (read.success) return read.output
  throw new HttpProblem('bad_request', { detail: '"after" must be the `next` of an earlier page.' })
}

function decode(mark: string): unknown {
  try {
    return JSON.parse(Buffer.from(mark, 'base64url').toString())
  } catch {
    return null
  }
}
