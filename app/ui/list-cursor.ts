/**
 * Where the cursor of a list goes when the list changes under it: it stays on its row; when that is gone, on the row that
 * came after it, else on the one before. So a person who approves one after the other always stands on the next.
 */
export function survivingCursor(
  before: readonly string[],
  after: readonly string[],
  cursor: string | null,
): string | null {
  if (cursor === null) return null
  const alive = new Set(after)
  if (alive.has(cursor)) return cursor
  const at = before.indexOf(cursor)
  if (at < 0) return null
  return (
    before.slice(at + 1).find((id) => alive.has(id)) ??
    before.slice(0, at).findLast((id) => alive.has(id)) ??
    null
  )
}

/** The cursor so many rows further, held at both ends; without one, the first row, or the last when going up. */
export function movedCursor(ids: readonly string[], cursor: string | null, step: number): string | null {
  const at = cursor === null ? -1 : ids.indexOf(cursor)
  if (at < 0) return (step > 0 ? ids[0] : ids.at(-1)) ?? null
  return ids[Math.max(0, Math.min(ids.length - 1, at + step))] ?? null
}
