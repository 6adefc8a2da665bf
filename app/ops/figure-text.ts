const count = new Intl.NumberFormat()

export function countText(value: number): string {
  return count.format(value)
}

/** Bytes in the unit in which they are easiest to read, binary. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

/** Milliseconds as people say them. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${ms} ms`
  if (ms < 120_000) return `${ms / 1000} s`
  return `${ms / 60_000} min`
}

/** `waiter_cap` and `waitersPerOrgMax` as words, without the unit that the value shows already. */
export function nameText(name: string): string {
  const words = name
    .replace(/Ms$/, '')
    .replaceAll('_', ' ')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
