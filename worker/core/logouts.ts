import * as v from 'valibot'
import { HEADER, HEADER_MARK } from '../wire/headers.ts'
import { SIGN_IN_LOCK } from '../wire/names.ts'
import { failure, readAnswer } from './answer.ts'
import { authorized } from './authorized.ts'
import { backoffMs } from './backoff.ts'
import { createDeadline } from './deadline.ts'
import type { Platform } from './platform.ts'
import { underLock } from './under-lock.ts'

/** Where logouts are kept that the server may not know of, or another runtime of the profile. */
export const LOGOUTS_KEY = 'logouts'
/** For a login or a logout of another runtime; a holder that takes longer is frozen or has a dead network. */
export const SIGN_IN_LOCK_WAIT_MS = 3000
/** What the server has to answer one. */
export const LOGOUT_DEADLINE_MS = 5000
/** A store that takes longer is stuck, and nobody who logs out waits for it. */
export const WRITTEN_WITHIN_MS = 250
/**
 * The server may know before every runtime does: of twenty tabs the last was granted the leader's lock, heard nothing yet and
 * found nothing written down (measured).
 */
export const TOLD_KEPT_MS = 10_000

type Scope = 'this' | 'all'
const Written = v.record(v.string(), v.picklist(['this', 'all', 'told']))
type Written = v.InferOutput<typeof Written>

export interface Logouts {
  /** Before anything of the session ends: whoever leads next because of it, or is started anew, finds it written. */
  writeDown(sh: string, scope: Scope): Promise<void>
  /** Tells the server that this session is over, which is written down; goes on for as long as that fails. */
  tell(sh: string, scope: Scope, token: string | null): Promise<'told' | 'untold'>
  /** Whether this session was signed out on this device, lately or so that the server may not know. */
  isSignedOut(sh: string): Promise<boolean>
  /** Tells the server of all it may not know of: at the start, when the network is back, and before anybody signs in. */
  flush(): Promise<void>
}

/**
 * The refresh cookie is HttpOnly: no script can take it away, so that a logout without a network leaves the session alive at
 * the server and its cookie in the browser. What is written down here outlives both the page and the runtime; until the
 * server knows, no runtime of the profile takes the session up again.
 */
export function createLogouts(deps: {
  platform: Pick<Platform, 'clock' | 'http' | 'locks' | 'store' | 'random' | 'log'>
  onOutcome: (outcome: 'told' | 'untold') => void
}): Logouts {
  const { clock, http, store, random, log } = deps.platform
  let failures = 0
  let cancelRetry = () => {}
  let flushing: Promise<void> | null = null

  async function written(): Promise<Written> {
    const kept = v.safeParse(Written, await store.get(LOGOUTS_KEY).catch(() => null))
    return kept.success ? kept.output : {}
  }

  async function change(edit: (all: Written) => Written): Promise<void> {
    await store
      .update(LOGOUTS_KEY, (kept) => edit(v.is(Written, kept) ? kept : {}))
      .catch(() => log('warn', 'A logout could not be written down; its session ends by itself.'))
  }

  const remember = (sh: string, as: Written[string]) => change((all) => ({ ...all, [sh]: as }))
  /** All twenty runtimes of twenty tabs may hear of it: the first one writes, and nobody makes less of what is written. */
  async function noteDown(sh: string, scope: Scope): Promise<void> {
    if (scope === 'all' || !(sh in (await written())))
      await change((all) => ({ ...all, [sh]: scope === 'all' ? scope : (all[sh] ?? scope) }))
  }
  const forget = (sh: string) =>
    change((all) => Object.fromEntries(Object.entries(all).filter(([each]) => each !== sh)))

  const forgetLater = (sh: string) => void clock.after(TOLD_KEPT_MS, () => void forget(sh))

  /** Never beside a login: the answer to a logout clears the cookie, and a late one would clear the next session's. */
  function inTurn(work: () => Promise<boolean>): Promise<boolean> {
    const lock = { name: SIGN_IN_LOCK, waitMs: SIGN_IN_LOCK_WAIT_MS, signal: new AbortController().signal }
    return underLock(deps.platform, lock, work)
  }

  /** False when it should be said again. */
  async function say(sh: string, scope: Scope, token: string | null): Promise<boolean> {
    const deadline = createDeadline(clock, LOGOUT_DEADLINE_MS)
    try {
      const response = await http({
        method: 'POST',
        path: '/auth/logout',
        headers: {
          'Content-Type': 'application/json',
          [HEADER.client]: HEADER_MARK,
          ...authorized(token),
        },
        body: JSON.stringify({ sh, scope }),
        cookies: true,
        keepalive: true,
        signal: deadline.signal,
      })
      const answer = await readAnswer(response, clock.wallMs()).catch(() => failure('network'))
      return answer.ok || (answer.code !== 'network' && answer.status < 500 && answer.status !== 429)
    } catch {
      return false
    } finally {
      deadline.end()
    }
  }

  function retryLater(): void {
    failures += 1
    cancelRetry()
    cancelRetry = clock.after(backoffMs(failures, random.fraction(), null), () => void flush())
  }

  async function flushAll(): Promise<void> {
    cancelRetry()
    let isUntold = false
    for (const [sh, known] of Object.entries(await written())) {
      const sayIt = async () => {
        // Another runtime may have said it meanwhile.
        const scope = (await written())[sh]
        return scope === undefined || scope === 'told' || say(sh, scope, null)
      }
      // Left by a runtime that ended within its ten seconds; the others may still need it.
      if (known === 'told') forgetLater(sh)
      else if (await inTurn(sayIt)) await forget(sh)
      else isUntold = true
    }
    if (isUntold) retryLater()
    else failures = 0
    deps.onOutcome(isUntold ? 'untold' : 'told')
  }

  function flush(): Promise<void> {
    flushing ??= flushAll().finally(() => (flushing = null))
    return flushing
  }

  return {
    flush,
    isSignedOut: async (sh) => sh in (await written()),
    writeDown: (sh, scope) =>
      new Promise((resolve) => {
        const cancel = clock.after(WRITTEN_WITHIN_MS, resolve)
        void noteDown(sh, scope).finally(() => {
          cancel()
          resolve()
        })
      }),
    async tell(sh, scope, token) {
      const isTold = await inTurn(() => say(sh, scope, token))
      if (isTold) {
        await remember(sh, 'told')
        forgetLater(sh)
      } else retryLater()
      deps.onOutcome(isTold ? 'told' : 'untold')
      return isTold ? 'told' : 'untold'
    },
  }
}
