import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import * as v from 'valibot'
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from '../../worker/wire/finance.ts'
import type { Broker } from '../realtime/broker.ts'
import { formatCursor } from '../realtime/cursor.ts'
import type { AppEnv } from './app-env.ts'
import { formatMark } from './page-mark.ts'

/** Part of every list's query. */
export const PageQuery = v.object({
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d{0,5}$/, 'must be a whole number of at least 1'),
      v.transform((text) => Math.min(PAGE_LIMIT_MAX, Number(text))),
    ),
    String(PAGE_LIMIT_DEFAULT),
  ),
  after: v.optional(v.pipe(v.string(), v.maxLength(300))),
})

interface Row {
  id: string
  rev: number
  updatedAt: number
}

/**
 * A page of rows with the realtime cursor taken *before* they were read: whoever polls from it misses nothing. The weak
 * ETag speaks of the rows alone, so that a refetch after a gap costs nothing when nothing changed: the cursor of the page
 * that is kept then still holds, it is only older.
 */
export async function answerPage<R extends Row>(
  c: Context<AppEnv>,
  broker: Pick<Broker, 'position'>,
  limit: number,
  read: (limit: number) => Promise<R[]>,
  keyOf: (row: R) => readonly (string | number)[],
): Promise<Response> {
  const { epoch, last } = await broker.position(c.get('caller').orgId)
  const found = await read(limit + 1)
  const rows = found.slice(0, limit)
  const lastRow = rows.at(-1)
  const next = found.length > limit && lastRow ? formatMark(keyOf(lastRow)) : null
  const etag = etagOf(new URL(c.req.url).search, rows, next)
  const headers = { ETag: etag, 'Cache-Control': 'private, no-cache', Vary: 'Authorization' }
  if (isKnown(c.req.header('if-none-match') ?? '', etag)) return c.body(null, 304, headers)
  return c.json({ rows, next, cursor: formatCursor({ epoch, seq: last }) }, 200, headers)
}

/**
 * Of the question and of what a row is known by; not of the cursor, which moves when other rows change. The rev is not
 * enough for a row from the time when the id of a removed one could be given again: it began at 1 anew.
 */
function etagOf(query: string, rows: readonly Row[], next: string | null): string {
  const hash = createHash('sha256').update(`${query}\n${next ?? ''}\n`)
  for (const { id, rev, updatedAt } of rows) hash.update(`${id}.${rev}.${updatedAt};`)
  return `W/"${hash.digest('base64url').slice(0, 22)}"`
}

/** RFC 9110 §13.1.2: a list of tags, compared weakly. */
function isKnown(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^(?!W\/)/, 'W/') === etag)
}
