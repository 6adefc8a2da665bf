import { expect } from 'vitest'
import { createDeadlines } from '../../server/realtime/deadlines.ts'
import { NODE_BYTES_MAX, type RealtimeLimits } from '../../server/realtime/limits.ts'
import { createMemoryBroker } from '../../server/realtime/memory-broker.ts'
import { completeAnswer } from '../../server/realtime/poll-answer.ts'
import { createPollFilter } from '../../server/realtime/poll-filter.ts'
import { createPolls, type PollEnding } from '../../server/realtime/poll.ts'
import { createSessionFence } from '../../server/realtime/session-fence.ts'
import { createWaiters } from '../../server/realtime/waiters.ts'
import type { EventEnvelope, NewEvent } from '../../worker/wire/event.ts'
import type { SubscribeAnswer } from '../../worker/wire/subscribe.ts'
import { createDelayedBroker } from './delayed-broker.ts'
import { createFeedModel } from './feed-model.ts'
import { createVirtualClock } from './virtual-clock.ts'

export const LIMITS: RealtimeLimits = {
  bufferEventsMax: 6,
  eventTtlMs: 20_000,
  holdMs: 25_000,
  waitersPerOrgMax: 3,
  waitersPerNodeMax: 1000,
  orgIdleEvictMs: 60_000,
}
/** Slowest step of the broker; a poll takes up to four of them before it is held, and a delivery two. */
export const DELAY_MAX_MS = 30
/** By then every step of a poll and of a delivery has been made. */
const SETTLED_MS = 900

export const ORGS = ['a', 'b'] as const
/** Sessions of two organisations with every kind of narrower view on the feed. */
export const SESSIONS = [
  { sid: 's0', orgId: 'a', properties: ['p1', 'p2'], topics: ['finance', 'tasks'] },
  { sid: 's1', orgId: 'a', properties: ['p1'], topics: ['finance'] },
  { sid: 's2', orgId: 'a', properties: ['p2'], topics: ['tasks'] },
  { sid: 's3', orgId: 'a', properties: ['p1', 'p2'], topics: ['finance', 'tasks'] },
  { sid: 's4', orgId: 'b', properties: ['p1'], topics: ['finance', 'tasks'] },
]

interface CursorParts {
  epoch: string
  seq: number
}

export interface PollPlan {
  session: number
  /** A number is a seq of the epoch known last. */
  from: 'now' | 'own' | 'ahead' | 'foreign' | number
  waitMs: number
  tokenMs: number
  limit: number
}

interface InFlight {
  session: number
  asked: CursorParts | null
  startedAt: number
  /** Newest seq of the organisation when the poll set out. */
  lastAtStart: number
  gone: () => void
}

/**
 * The realtime part on a virtual clock and a slow broker, with a judge that knows every event ever published and checks
 * each answer against the promises I1–I12. `delays` drives all chance.
 */
export async function createRealtimeWorld(delays: readonly number[]) {
  let drawn = 0
  const next = () => delays[(drawn += 1) % delays.length] ?? 0
  const random = {
    fraction: () => (next() % 10) / 10,
    id: (length: number) => `e${drawn}`.padEnd(length, 'x'),
  }
  const clock = createVirtualClock()
  const memory = createMemoryBroker({ clock, random, limits: LIMITS })
  const broker = createDelayedBroker(memory, clock, next)
  const model = createFeedModel(LIMITS)
  const waiters = createWaiters({ broker, clock, random })
  const fence = createSessionFence({ clock })
  const deadlines = createDeadlines({ clock })
  let drainedBy = Infinity
  const mayHoldMs = () => (drainedBy < Infinity ? 0 : Infinity)
  const poll = createPolls({ broker, waiters, fence, deadlines, clock, random, limits: LIMITS, mayHoldMs })

  const cursors: CursorParts[] = []
  for (const { orgId } of SESSIONS) cursors.push({ epoch: (await memory.position(orgId)).epoch, seq: 0 })
  const inFlight = new Set<InFlight>()
  const failures: unknown[] = []
  let serial = 0

  function admitted(session: number, after: number, upTo: number): EventEnvelope[] {
    const { orgId, properties, topics } = SESSIONS[session]!
    return model
      .between(orgId, after, upTo)
      .filter((event) => properties.includes(event.propertyId) && topics.includes(event.topic))
  }

  function cursorOf({ from, session }: PollPlan): CursorParts | null {
    const own = cursors[session]!
    if (typeof from === 'number') return { ...own, seq: from }
    if (from === 'now') return null
    if (from === 'ahead') return { ...own, seq: own.seq + 1000 }
    if (from === 'foreign') return { epoch: 'zzzzzz', seq: 1 }
    return own
  }

  function judge({ session, asked, lastAtStart }: InFlight, answer: SubscribeAnswer): void {
    const { orgId, properties, topics } = SESSIONS[session]!
    const [epoch = '', seqText] = answer.cursor.split('.')
    const at = Number(seqText)
    for (const event of answer.events) {
      expect(event.orgId, 'I12').toBe(orgId)
      expect([properties.includes(event.propertyId), topics.includes(event.topic)], 'I4').toEqual([
        true,
        true,
      ])
    }
    if (answer.gap) {
      expect(answer.events, 'I6').toEqual([])
      // A poll from now has its cursor from the feed itself, a moment before the first read.
      const lost =
        !asked ||
        asked.epoch !== epoch ||
        asked.seq > lastAtStart ||
        model.mayHaveLost(orgId, asked.seq, clock.now())
      expect(lost, `I2 ${answer.gap.reason}`).toBe(true)
    } else if (asked) {
      const isEcho = answer.outcome === 'superseded' || answer.outcome === 'drain'
      if (!isEcho) {
        expect(epoch, 'a foreign epoch is told as a gap').toBe(asked.epoch)
        expect(asked.seq, 'a cursor ahead is told as a gap').toBeLessThanOrEqual(model.last(orgId))
      }
      if (epoch === asked.epoch) expect(at, 'I3').toBeGreaterThanOrEqual(asked.seq)
      if (!isEcho || epoch === asked.epoch) {
        expect(answer.events, 'I1 I4').toEqual(admitted(session, asked.seq, at))
      }
    }
    expect(answer.outcome === 'events', 'an answer with events says so').toBe(answer.events.length > 0)
    if (answer.outcome !== 'superseded' && epoch === cursors[session]!.epoch && at <= model.last(orgId)) {
      cursors[session] = { epoch, seq: at }
    }
  }

  function judgeEnding(entry: InFlight, { waitMs, tokenMs }: PollPlan, ending: PollEnding): void {
    inFlight.delete(entry)
    if (ending === 'gone') return
    if (typeof ending === 'string') throw new Error(`answered with ${ending}`)
    const now = clock.now()
    const { startedAt } = entry
    expect(now, 'I8').toBeLessThanOrEqual(startedAt + Math.min(waitMs, LIMITS.holdMs) + 1000)
    if (tokenMs > SETTLED_MS) expect(now, 'I9').toBeLessThanOrEqual(startedAt + tokenMs)
    const own = { expiresInMs: startedAt + tokenMs - now, drain: null, heldMs: now - startedAt }
    judge(entry, JSON.parse(String(completeAnswer(ending, own))) as SubscribeAnswer)
  }

  function expectNothingWithheld(): void {
    for (const { asked, session, startedAt } of inFlight) {
      if (!asked || clock.now() - startedAt < SETTLED_MS) continue
      const missed = admitted(session, asked.seq, model.last(SESSIONS[session]!.orgId))
      expect(missed, 'a held poll is told as soon as there is something to tell').toEqual([])
    }
  }

  return {
    poll(plan: PollPlan): void {
      const { session, waitMs, limit } = plan
      const { sid, orgId, properties, topics } = SESSIONS[session]!
      const startedAt = clock.now()
      const expiresAt = startedAt + plan.tokenMs
      const asked = cursorOf(plan)
      const entry: InFlight = { session, asked, startedAt, lastAtStart: model.last(orgId), gone: () => {} }
      inFlight.add(entry)
      const caller = { userId: 'u', orgId, role: 'owner' as const, properties, sid, expiresAt }
      const filter = createPollFilter(topics, properties)
      const onGone = (fn: () => void) => void (entry.gone = fn)
      poll({ caller, filter, cursor: asked, generation: null, waitMs, limit, onGone })
        .then((ending) => judgeEnding(entry, plan, ending))
        .catch((error: unknown) => failures.push(error))
    },
    /** Straight to the inner broker: the model takes them in the same order and at the same time. */
    async publish(
      orgId: string,
      count: number,
      make: Pick<NewEvent, 'propertyId' | 'topic' | 'data'>,
    ): Promise<void> {
      const at = clock.now()
      const events = Array.from({ length: count }, () => ({
        ...make,
        eventId: `n${(serial += 1)}`,
        type: 'x',
        orgId,
        at,
      }))
      for (const event of events) model.accept(orgId, event, at)
      expect((await memory.publish(orgId, events)).accepted).toBe(count)
    },
    async republishNewest(orgId: string): Promise<void> {
      const [known] = model.between(orgId, model.last(orgId) - 1, model.last(orgId))
      if (!known) return
      const { seq, ...event } = known
      const { accepted, at } = await memory.publish(orgId, [event])
      expect({ accepted, last: at.seq }, 'I10').toEqual({ accepted: 0, last: seq })
    },
    async advance(ms: number): Promise<void> {
      await clock.advance(ms)
      if (ms >= SETTLED_MS) expectNothingWithheld()
    },
    leave(session: number): void {
      for (const entry of inFlight) if (entry.session === session) entry.gone()
    },
    drain(): void {
      drainedBy = Math.min(drainedBy, clock.now() + 8 * DELAY_MAX_MS)
      for (const sid of fence.polling()) fence.end(sid, 'drain')
    },
    check(): void {
      if (failures.length > 0) throw failures[0]
      const { events, bytes } = memory.stats()
      expect(events, 'I7').toBeLessThanOrEqual(ORGS.length * LIMITS.bufferEventsMax)
      expect(bytes, 'I7').toBeLessThanOrEqual(NODE_BYTES_MAX)
      if (clock.now() > drainedBy) expect(waiters.total(), 'I11').toBe(0)
      expect(Math.max(0, ...waiters.perSession().values()), 'one waiter a session').toBeLessThanOrEqual(1)
    },
    async finish(): Promise<void> {
      await clock.advance(LIMITS.holdMs + 1000)
      expect(inFlight.size, 'I8: every poll was answered').toBe(0)
      expect(waiters.total()).toBe(0)
    },
  }
}
