/** Chance that comes out the same for the same seed. */
export interface Draw {
  /** Uniform in [0, 1). */
  fraction(): number
  oneOf<T>(all: readonly T[]): T
}

/** mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function createDraw(seed: number): Draw {
  let state = seed >>> 0
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    fraction,
    oneOf(all) {
      const one = all[Math.floor(fraction() * all.length)]
      if (one === undefined) throw new Error('There is nothing to draw from.')
      return one
    },
  }
}
