import type { VirtualTime } from './virtual-time.ts'

/** What happened, a line each, with the time of the world. */
export type Trace = (line: string) => void

export interface TraceLog {
  trace: Trace
  /** The last lines. */
  tail(): string[]
  /** Of every line there was. */
  digest(): string
  lines(): number
}

const TAIL_LINES = 60

export function createTraceLog(time: VirtualTime, print: (line: string) => void = () => {}): TraceLog {
  const begin = time.now()
  let tail: string[] = []
  let count = 0
  let [low, high] = [0x811c9dc5, 0x9dc5811c]

  return {
    trace(line) {
      const stamped = `${((time.now() - begin) / 1000).toFixed(3).padStart(10)} ${line}`
      count += 1
      for (let index = 0; index < stamped.length; index += 1) {
        const code = stamped.charCodeAt(index)
        low = Math.imul(low ^ code, 0x01000193)
        high = Math.imul(high ^ (code + index), 0x85ebca6b)
      }
      tail.push(stamped)
      if (tail.length > 2 * TAIL_LINES) tail = tail.slice(-TAIL_LINES)
      print(stamped)
    },
    tail: () => tail.slice(-TAIL_LINES),
    digest: () => [low, high].map((part) => (part >>> 0).toString(16).padStart(8, '0')).join(''),
    lines: () => count,
  }
}
