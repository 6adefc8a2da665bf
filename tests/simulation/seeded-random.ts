/** Draws that a seed fixes. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  fraction(): number
  /** Whole, from `min` to `max`, both included. */
  int(min: number, max: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  /** URL-safe characters. */
  id(length: number): string
  uuid(): string
  /** A stream of its own, so that one more draw here changes nothing there. */
  fork(name: string): SeededRandom
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** sfc32 (C. Doty-Humphrey, PractRand), seeded from a string. */
export function createSeededRandom(seed: string): SeededRandom {
  let [a, b, c, d] = scatter(seed)

  function next(): number {
    const t = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let warmUp = 0; warmUp < 15; warmUp += 1) next()

  const random: SeededRandom = {
    fraction: () => next() / 2 ** 32,
    int: (min, max) => min + Math.floor(random.fraction() * (max - min + 1)),
    chance: (probability) => random.fraction() < probability,
    pick(from) {
      const index = random.int(0, from.length - 1)
      if (index >= from.length) throw new Error('There is nothing to pick from.')
      return from[index] as (typeof from)[number]
    },
    id: (length) => Array.from({ length }, () => ALPHABET[next() & 63]).join(''),
    uuid() {
      const hex = Array.from({ length: 4 }, () => next().toString(16).padStart(8, '0')).join('')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
    },
    fork: (name) => createSeededRandom(`${seed}/${name}`),
  }
  return random
}

/** FNV-1a over the seed, four times with another begin. */
function scatter(seed: string): [number, number, number, number] {
  const of = (begin: number) => {
    let hash = begin
    for (const char of seed) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
    return hash | 0
  }
  return [of(0x811c9dc5), of(0x9dc5811c), of(0x1c9dc581), of(0xc5811c9d)]
}
