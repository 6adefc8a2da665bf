import type { Log } from '../core/platform.ts'

/** The worker's own console, where a developer looks; nothing below `warn` outside development. */
export const log: Log = (level, message, fields) => {
  // oxlint-disable-next-line no-console -- the one place where the runtime writes to it
  if (level === 'warn') console.warn(`[standpipe] ${message}`, fields ?? '')
}
