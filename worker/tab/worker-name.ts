/**
 * `extendedLifetime` lets the worker live on for minutes after its last tab (Chromium 148; 300 s measured), so that a
 * reload of the only tab finds its session, its place in the feed and its token; other engines pass it over.
 */
export const SHARED_OPTIONS = { type: 'module', extendedLifetime: true } as const

/**
 * The name is part of a SharedWorker's identity. Options that differ under one name and URL never connect (measured, three
 * engines), so they are in it; and a number that rises when a worker hangs, because a reload finds the same one again.
 */
export function workerName(build: string, recovery: number, options: object = SHARED_OPTIONS): string {
  return `standpipe:${build}:${fingerprint(JSON.stringify(options))}:g${recovery}`
}

/** FNV-1a, 32 bit: http://www.isthe.com/chongo/tech/comp/fnv/ */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
  return (hash >>> 0).toString(36)
}
