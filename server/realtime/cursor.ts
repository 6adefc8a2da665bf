import type { Cursor } from './broker.ts'

const PATTERN = /^([A-Za-z0-9_-]{4,32})\.(\d{1,15})$/

/** The wire's form of a position. Opaque to clients; an epoch they do not know voids it. */
export function formatCursor({ epoch, seq }: Cursor): string {
  return `${epoch}.${seq}`
}

/** Null for anything that is not one of ours; the pattern bounds the length, so no input is too long to look at. */
export function parseCursor(text: string): Cursor | null {
  const [, epoch, seq] = PATTERN.exec(text) ?? []
  return epoch === undefined || seq === undefined ? null : { epoch, seq: Number(seq) }
}
