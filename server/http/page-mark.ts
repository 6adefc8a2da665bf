import { HttpProblem } from './problem.ts'

type MarkPart = string | number

/** Where a page ended, as an opaque word: the sort key of its last row. */
export function formatMark(key: readonly MarkPart[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** The sort key behind a mark; its parts have the types of `like`. Throws `bad_request`. */
export function parseMark<const T extends readonly MarkPart[]>(mark: string, like: T): T {
  const key = decode(mark)
  const fits =
    Array.isArray(key) && key.length === like.length && key.every((part, i) => typeof part === typeof like[i])
  if (fits) return key as unknown as T
  throw new HttpProblem('bad_request', { detail: '"after" must be the `next` of an earlier page.' })
}

function decode(mark: string): unknown {
  try {
    return JSON.parse(Buffer.from(mark, 'base64url').toString())
  } catch {
    return null
  }
}
