import type { Clock } from '../../worker/core/platform.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A page or a worker, as the engine sees it: it runs, is put to sleep, hangs, or is gone. */
export interface Context {
  readonly name: string
  readonly clock: Clock
  /** Runs now, when it is awake again, or never. */
  run(fn: () => void): void
  /** Asleep or hanging: what it has to do queues up, and what it holds it keeps. */
  sleep(): void
  wake(): void
  die(): void
  /** Calls back when it dies; the returned function takes that back. */
  onDeath(fn: () => void): () => void
  isAsleep(): boolean
  isDead(): boolean
  /** When it last woke, of the world's time. */
  wokeAt(): number
  /** A timer of `ms` fires so late in it, at this moment. */
  throttle: (ms: number) => number
}

/** The clock of a machine, ahead by so much. */
export interface Wall {
  skewMs: number
}

export function createContext(time: VirtualTime, name: string, wall: Wall): Context {
  const startedAt = time.now()
  const deaths = new Set<() => void>()
  let queue: (() => void)[] = []
  let asleep = false
  let dead = false
  let wokeAt = startedAt

  const context: Context = {
    name,
    throttle: (ms) => ms,
    clock: {
      monotonicMs: () => time.now() - startedAt,
      wallMs: () => time.now() + wall.skewMs,
      after(ms, fn) {
        let isOff = false
        const cancel = time.after(context.throttle(ms), () => context.run(() => isOff || fn()))
        // Also when it is due and waits for the context to wake.
        return () => {
          isOff = true
          cancel()
        }
      },
    },
    run(fn) {
      if (dead) return
      if (asleep) queue.push(fn)
      else fn()
    },
    sleep() {
      asleep = true
    },
    wake() {
      if (!asleep) return
      asleep = false
      wokeAt = time.now()
      const due = queue
      queue = []
      for (const fn of due) context.run(fn)
    },
    die() {
      if (dead) return
      dead = true
      queue = []
      for (const fn of deaths) fn()
    },
    onDeath(fn) {
      deaths.add(fn)
      return () => void deaths.delete(fn)
    },
    isAsleep: () => asleep,
    isDead: () => dead,
    wokeAt: () => wokeAt,
  }
  return context
}
