export interface DemoRandom {
  /** Uniform in [0, 1). */
  fraction(): number
  /** Whole, both ends included. */
  between(min: number, max: number): number
  pick<T>(from: readonly T[]): T
}

/** Numbers that look drawn and are the same every time: mulberry32 over a hash of the name. */
export function createDemoRandom(name: string): DemoRandom {
  let state = 0x811c9dc5
  for (const char of name) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193)

  function fraction(): number {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  return {
    fraction,
    between: (min, max) => min + Math.floor(fraction() * (max - min + 1)),
    pick: (from) => from[Math.floor(fraction() * from.length)]!,
  }
}
