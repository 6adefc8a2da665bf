import { HEADER } from '../wire/headers.ts'
import { LEASE_MS, OUTBOX_LOCK, WAIT_MAX_MS, type OutboxRow } from '../wire/outbox.ts'
import type { ApiRequest } from '../wire/port.ts'
import { isProblemCode } from '../wire/problem.ts'
import type { Failure } from './answer.ts'
import { backoffMs } from './backoff.ts'
import { isDue } from './outbox-lane.ts'
import { judge } from './outbox-reply.ts'
import type { Outbox } from './outbox.ts'
import { createPause } from './pause.ts'
import type { Platform } from './platform.ts'
import type { Requests } from './request.ts'
import type { Session } from './session.ts'
import type { Count } from './telemetry.ts'
import { underLock } from './under-lock.ts'

/** Writes to different rows that are on their way at once. */
export const LANES_MAX = 4
/** A notice may be lost, and a clock set back: so often the table is looked at for nothing. */
export const LOOK_MS = 30_000
/** Failures of one write, each with another write gone through since the last: it is the write and not the line. */
export const BLAMED_MAX = 4

/** `done`: nothing is left that could go now. `outage`: nothing goes through. `signed-out`: nothing may. */
export type Passed = { is: 'done' | 'signed-out' } | { is: 'outage'; failure: Failure }

export interface Drain {
  /** Sends what this person has entered on this device until `signal` aborts. */
  serve(session: Session, signal: AbortSignal): Promise<void>
  /** Once through all of it, for who cannot stay. */
  pass(session: Session, signal: AbortSignal): Promise<Passed>
  /** The network is back, or a person asks: what waits is tried now, unless the server wanted more time. */
  hurry(): void
}

/**
 * Empties the outbox: the first of each lane, up to four lanes at once, each write with its one key until the server has
 * answered for it. One drain of the profile at a time holds the lock. A holder that is frozen is passed over after the time
 * of a lease, and what is then sent twice the server takes once.
 */
export function createDrain(deps: {
  platform: Pick<Platform, 'clock' | 'locks' | 'random' | 'log'>
  outbox: Outbox
  requests: Pick<Requests, 'sendAs'>
  instanceId: string
  count: Count
}): Drain {
  const { platform, outbox, requests, instanceId, count } = deps
  const { clock, random } = platform
  const pause = createPause(clock)
  let isHurried = false
  /** Writes that were taken up. */
  let taken = 0
  /** Writes that went through, and how many had when one failed. */
  let through = 0
  const throughAtFailure = new Map<string, number>()

  outbox.onNews((news) => {
    if (news.t === 'changed' && news.hurry) isHurried = true
    pause.poke()
  })

  /** Sends the lane from its head on; null when it can do no more for now. */
  async function empty(lane: string, session: Session, isOver: () => boolean): Promise<Passed | null> {
    while (!isOver()) {
      const row = await outbox.claim(lane, instanceId)
      if (!row) return null
      taken += 1
      const verdict = judge(await requests.sendAs(session, requestOf(row)))
      if (verdict.is === 'settled') {
        through += 1
        throughAtFailure.delete(row.mutationId)
        await outbox.settle(row, verdict)
        continue
      }
      const { failure } = verdict
      const trouble = {
        code: failure.code,
        status: failure.status,
        problem: failure.problem,
        at: clock.wallMs(),
      }
      if (verdict.is === 'outage' || verdict.is === 'signed-out') {
        await outbox.fail(row, { trouble })
        return verdict.is === 'outage' ? verdict : { is: 'signed-out' }
      }
      if (verdict.is === 'again') {
        await again(row, verdict.isBlamed, failure, trouble)
        return null
      }
      await outbox.fail(row, { trouble, state: verdict.is })
      if (verdict.is === 'parked') countParked(failure)
      if (failure.code === 'actor_mismatch') return { is: 'signed-out' }
    }
    return null
  }

  async function again(
    row: OutboxRow,
    isBlamed: boolean,
    failure: Failure,
    trouble: NonNullable<OutboxRow['trouble']>,
  ): Promise<void> {
    const before = throughAtFailure.get(row.mutationId)
    throughAtFailure.set(row.mutationId, through)
    const blamed = row.blamed + (isBlamed && before !== undefined && through > before ? 1 : 0)
    const failures = row.failures + 1
    const waitMs = backoffMs(failures, random.fraction(), failure.retryAfterMs)
    if (blamed >= BLAMED_MAX) countParked(failure)
    await outbox.fail(row, {
      trouble,
      failures,
      blamed,
      nextAt: clock.wallMs() + Math.min(waitMs, WAIT_MAX_MS),
      ...(blamed >= BLAMED_MAX ? { state: 'parked' as const } : {}),
    })
  }

  function countParked({ code }: Failure): void {
    count('outbox_parked', isProblemCode(code) ? { code } : {})
  }

  async function pass(session: Session, signal: AbortSignal): Promise<Passed> {
    const now = clock.wallMs()
    const lanes = heads(await outbox.rows(), session).filter((head) => isDue(head, now))
    let stop: Passed | null = null
    const isOver = () => stop !== null || signal.aborted || session.signal.aborted
    async function sender(): Promise<void> {
      for (let head = lanes.shift(); head && !isOver(); head = lanes.shift())
        stop = (await empty(head.lane, session, isOver)) ?? stop
    }
    await Promise.all(Array.from({ length: LANES_MAX }, sender))
    return stop ?? { is: 'done' }
  }

  /** Milliseconds until something may go; 0 when it may now. */
  async function dueIn(session: Session): Promise<number> {
    const now = clock.wallMs()
    const queued = heads(await outbox.rows(), session).filter(({ state }) => state === 'queued')
    if (queued.some((head) => isDue(head, now))) return 0
    return Math.min(
      LOOK_MS,
      ...queued.map(({ nextAt, lease }) => Math.max(1, (lease?.until ?? nextAt) - now)),
    )
  }

  async function rest(ms: number, floorMs: number, signal: AbortSignal): Promise<void> {
    const begun = clock.monotonicMs()
    const left = () => (isHurried ? floorMs : ms) - (clock.monotonicMs() - begun)
    while (!signal.aborted && left() > 0) await pause.wait(left(), signal)
  }

  async function round(session: Session, signal: AbortSignal, outages: number): Promise<number> {
    const waitMs = await dueIn(session)
    if (waitMs > 0) {
      await pause.wait(waitMs, signal)
      return outages
    }
    isHurried = false
    const lock = { name: OUTBOX_LOCK, waitMs: LEASE_MS, signal }
    const before = taken
    const passed = await underLock(platform, lock, () => pass(session, signal))
    if (passed.is === 'outage') {
      const { retryAfterMs } = passed.failure
      await rest(backoffMs(outages + 1, random.fraction(), retryAfterMs), retryAfterMs ?? 0, signal)
      return outages + 1
    }
    // What seems due and cannot be taken up must not be asked for over and over.
    if (passed.is === 'signed-out' || taken === before) await rest(LOOK_MS, 0, signal)
    return 0
  }

  return {
    pass,
    hurry() {
      isHurried = true
      pause.poke()
    },
    async serve(session, signal) {
      for (let outages = 0; !signal.aborted && !session.signal.aborted;) {
        try {
          outages = await round(session, signal, outages)
        } catch (error) {
          if (signal.aborted || session.signal.aborted) return
          platform.log('warn', 'The outbox could not be read.', { error: String(error) })
          await rest(LOOK_MS, 0, signal)
        }
      }
    },
  }
}

/** The first write of each lane of this person, in the order of entering. */
function heads(rows: readonly OutboxRow[], { view: { user, org } }: Session): OutboxRow[] {
  const first = new Map<string, OutboxRow>()
  for (const row of rows)
    if (row.userId === user.id && row.orgId === org.id && !first.has(row.lane)) first.set(row.lane, row)
  return [...first.values()]
}

function requestOf({ request, mutationId, userId, baseRev, after, tab }: OutboxRow): ApiRequest {
  const headers: Record<string, string> = { [HEADER.idempotencyKey]: mutationId, [HEADER.actor]: userId }
  if (tab !== undefined) headers[HEADER.tab] = tab
  if (baseRev !== null) headers['If-Match'] = `"${baseRev}"`
  if (after) headers[HEADER.after] = after.join(',')
  return { ...request, headers }
}
