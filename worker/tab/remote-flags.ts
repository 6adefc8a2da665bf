import * as v from 'valibot'
import type { Clock, Locks } from '../core/platform.ts'
import { underLock } from '../core/under-lock.ts'
import { ClientConfig } from '../wire/flags.ts'
import { CONFIG_LOCK, CONFIG_PATH } from '../wire/names.ts'
import { CALL_DEADLINE_MS, type RuntimeCalls } from '../wire/port.ts'
import type { TabFlags } from './tab-flags.ts'

/** After a page attached: what is on the way to the first row goes first. */
export const FIRST_ASK_MS = 2000
/** After an ask that failed. */
export const ASK_AGAIN_MS = 60_000

export interface RemoteFlagsWatch {
  /** Somebody of this organisation is signed in, or nobody. */
  follow(orgId: string | null): void
  /** The page goes away: nothing is asked for until it follows somebody again. */
  rest(): void
}

/**
 * What the server says of flags, asked for through the runtime and kept for its time where all tabs of the browser find it:
 * one of them asks, and none at a reload.
 */
export function createRemoteFlags(deps: {
  page: { clock: Clock; locks: Locks; flags: TabFlags }
  request: RuntimeCalls['request']
  onChange: () => void
}): RemoteFlagsWatch {
  const { page, request, onChange } = deps
  const { clock, flags } = page
  let followed: { orgId: string; over: AbortController } | null = null

  async function ask(orgId: string, signal: AbortSignal): Promise<void> {
    const lock = { name: CONFIG_LOCK, waitMs: CALL_DEADLINE_MS, signal }
    await underLock(page, lock, async () => {
      // Another tab may have asked while this one waited.
      if (flags.keptUntil(orgId) !== null) return
      const answer = await request({ method: 'GET', path: CONFIG_PATH })
      const said = v.safeParse(ClientConfig, answer.ok ? answer.value.body : null)
      if (!said.success || signal.aborted) return
      const { sampling, ttlS } = said.output
      const until = clock.wallMs() + ttlS * 1000
      flags.take({ orgId, until, flags: { ...said.output.flags, 'telemetry.sampleRate': sampling.rate } })
    })
  }

  function plan(orgId: string, signal: AbortSignal, unknownMs: number, before = flags.read()): void {
    const until = flags.keptUntil(orgId)
    if (flags.read() !== before) onChange()
    const cancel = clock.after(until === null ? unknownMs : until - clock.wallMs(), () => {
      signal.removeEventListener('abort', cancel)
      const before = flags.read()
      const done = () => {
        if (!signal.aborted) plan(orgId, signal, ASK_AGAIN_MS, before)
      }
      // Given up, or the lock was refused: the defaults serve until the next time.
      ask(orgId, signal).then(done, done)
    })
    signal.addEventListener('abort', cancel, { once: true })
  }

  function rest(): void {
    followed?.over.abort()
    followed = null
  }

  return {
    rest,
    follow(orgId) {
      if (orgId === (followed?.orgId ?? null) && orgId !== null) return
      rest()
      if (orgId === null) return flags.take(null)
      followed = { orgId, over: new AbortController() }
      plan(orgId, followed.over.signal, FIRST_ASK_MS)
    },
  }
}
