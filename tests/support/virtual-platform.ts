import type { Http, Platform } from '../../worker/core/platform.ts'
import { createBrowserProfile, type BrowserProfile } from './browser-profile.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

/** A real timer takes 31 bits and fires at once past them; so does this one. */
const TIMER_MAX_MS = 2 ** 31 - 1

export interface VirtualPlatform extends Platform {
  /** Moves the time of everybody on this clock. */
  time: VirtualClock
  profile: BrowserProfile
  /** Every line logged. */
  lines: { level: string; message: string }[]
  /** What `random.fraction` answers from now on. */
  setFraction(fraction: number): void
  /** Nothing runs in the context, and it keeps its locks. What falls due meanwhile runs when it is thawed. */
  freeze(): () => Promise<void>
  /** The context dies as a crashed worker does: no timer fires, no answer arrives, its locks are free. */
  die(): void
}

/**
 * The world of one runtime in virtual time. Give several the same `time` and `profile` and they live side by side in one
 * browser.
 */
export function createVirtualPlatform(options: {
  http: Http
  time?: VirtualClock
  profile?: BrowserProfile
}): VirtualPlatform {
  const time = options.time ?? createVirtualClock()
  const profile = options.profile ?? createBrowserProfile(time)
  const member = profile.join()
  const lines: VirtualPlatform['lines'] = []
  const startedAt = time.now()
  let fraction = 0.5
  let drawn = 0
  let dead = false
  /** Null while the context runs. */
  let frozen: (() => void)[] | null = null

  function run(fn: () => void): void {
    if (dead) return
    if (frozen) frozen.push(fn)
    else fn()
  }

  return {
    time,
    profile,
    lines,
    setFraction(next) {
      fraction = next
    },
    freeze() {
      frozen = []
      return async () => {
        const due = frozen ?? []
        frozen = null
        for (const fn of due) fn()
        await time.advance(0)
      }
    },
    die() {
      dead = true
      member.die()
    },
    clock: {
      monotonicMs: () => time.now() - startedAt,
      wallMs: () => time.now(),
      after: (ms, fn) => time.after(ms > TIMER_MAX_MS ? 1 : ms, () => run(fn)),
    },
    random: {
      fraction: () => fraction,
      id: (length) => `id${(drawn += 1)}`.padEnd(length, 'x'),
      uuid: () => `00000000-0000-4000-8000-${String((drawn += 1)).padStart(12, '0')}`,
    },
    async http(request) {
      if (dead) return never()
      if (request.signal?.aborted) throw aborted()
      const response = await options.http(request)
      await new Promise<void>(run)
      return response
    },
    locks: member.locks,
    channels: { open: (name, onMessage) => member.openChannel(name, (data) => run(() => onMessage(data))) },
    store: profile.store,
    outbox: profile.outbox,
    log: (level, message) => void lines.push({ level, message }),
  }
}

/** What `fetch` rejects with when its signal aborts. */
export function aborted(): Error {
  return new DOMException('The request was aborted.', 'AbortError')
}

function never(): Promise<never> {
  return new Promise(() => {})
}
