import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFollower, LEADER_SILENCE_MS, REPEAT_MS, STRETCH_MS } from '../../worker/core/follower.ts'
import { createInbox } from '../../worker/core/inbox.ts'
import { createRing } from '../../worker/core/ring.ts'
import { TOPICS, type EventEnvelope, type Topic } from '../../worker/wire/event.ts'
import type { TopicRelay } from '../../worker/wire/relay.ts'
import { anEvent } from '../support/core-samples.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualPlatform } from '../support/virtual-platform.ts'

const ENVELOPE = { v: 1, sh: 'sh1', from: 'leader' } as const
const GAP = { reason: 'trimmed', missedAtMost: 4, refetchAfterMs: 700 } as const

const batch = (after: string | null, cursor: string, events: EventEnvelope[] = [], generation = 1) =>
  ({ ...ENVELOPE, t: 'batch', generation, after, cursor, events }) satisfies TopicRelay
const gap = (cursor: string, generation = 1) =>
  ({ ...ENVELOPE, t: 'gap', generation, cursor, gap: GAP }) satisfies TopicRelay

function rig(at: string | null = null) {
  const platform = createVirtualPlatform(createScriptedHttp())
  const told: unknown[] = []
  const said: string[] = []
  const asked: unknown[] = []
  const inbox = createInbox()
  if (at !== null) inbox.advance(at)
  const ring = createRing()
  const follower = createFollower({
    clock: platform.clock,
    inbox,
    ring,
    instanceId: 'me',
    generation: 1,
    silence: 'leader_silent',
    relay: { ask: (about) => void asked.push(about?.after ?? 'where') },
    hub: {
      batch: (events) => void told.push(...events.map(({ eventId }) => eventId)),
      resync: (reason, refetchAfterMs) => void told.push(`${reason} ${refetchAfterMs}`),
    },
    status: { say: (phase, reason) => void said.push(`${phase} ${reason}`) },
  })
  const onAll = (frame: TopicRelay) => TOPICS.forEach((topic) => follower.receive(topic, frame))
  return { follower, inbox, ring, told, said, asked, onAll, pass: platform.time.advance }
}

test('[RL06] the first frame brings one resync: what lies before it is in the snapshots', () => {
  const { told, said, onAll } = rig()
  onAll(batch('e.4', 'e.5'))
  onAll(batch('e.5', 'e.6', [anEvent(6)]))
  expect(told).toEqual(['attach 0', 'event-6'])
  expect(said.at(-1)).toBe('live following')
})

test('[RL03] a late frame of an earlier leadership is passed over', () => {
  const { follower, told, onAll } = rig()
  onAll(batch('e.4', 'e.5', [], 2))
  follower.receive('finance', batch('e.2', 'e.3', [anEvent(3)], 1))
  onAll(batch('e.5', 'e.6', [anEvent(6)], 2))
  expect(told).toEqual(['attach 0', 'event-6'])
})

test('[RL03] a leader that counts lower is heard once the last one has been silent for long', async () => {
  const { told, onAll, pass } = rig('e.5')
  onAll(batch('e.5', 'e.6', [anEvent(6)], 9))
  await pass(LEADER_SILENCE_MS)
  onAll(batch('e.6', 'e.7', [anEvent(7)], 2))
  expect(told).toEqual(['event-6', 'event-7'])
})

test('[RL04] a frame that does not begin where the last one ended is asked for again, and told once it is here', () => {
  const { told, onAll, asked } = rig('e.5')
  onAll(batch('e.7', 'e.8', [anEvent(8)]))
  onAll(batch('e.8', 'e.9', [anEvent(9)]))
  expect([told, asked]).toEqual([[], ['e.5']])
  onAll({ ...batch('e.5', 'e.9', [anEvent(6), anEvent(7), anEvent(8), anEvent(9)]), to: 'me' })
  onAll(batch('e.9', 'e.10', [anEvent(10)]))
  expect(told).toEqual(['event-6', 'event-7', 'event-8', 'event-9', 'event-10'])
})

test('[RL04] what the leader keeps no more brings a resync', () => {
  const { told, onAll, inbox } = rig('e.5')
  onAll(batch('e.7', 'e.8', [anEvent(8)]))
  onAll({ ...batch('e.8', 'e.8'), to: 'somebody else' })
  expect(told).toEqual([])
  onAll({ ...batch('e.8', 'e.8'), to: 'me' })
  expect([told, inbox.cursor()]).toEqual([['lagging 0'], 'e.8'])
})

test('[RL04] a leader that does not repeat what was lost brings a resync with the next it says', async () => {
  const { told, onAll, asked, pass } = rig('e.5')
  onAll(batch('e.7', 'e.8', [anEvent(8)]))
  await pass(REPEAT_MS)
  onAll(batch('e.8', 'e.9', [anEvent(9)]))
  expect([told, asked]).toEqual([['attach 0'], ['e.5', 'where']])
})

test('[RL04] a stretch of which one topic does not come is asked for again', async () => {
  const { told, follower, asked, pass, onAll } = rig('e.5')
  follower.receive('finance', batch('e.5', 'e.6', [anEvent(6)]))
  await pass(STRETCH_MS - 1)
  expect(asked).toEqual([])
  await pass(1)
  expect([told, asked]).toEqual([[], ['e.5']])
  onAll({ ...batch('e.5', 'e.6', [anEvent(6)]), to: 'me' })
  expect(told).toEqual(['event-6'])
})

test('[RL04] topics of one stretch are told in the order of the feed', () => {
  const { told, follower } = rig('e.5')
  follower.receive('finance', batch('e.5', 'e.8', [anEvent(6), anEvent(8)]))
  follower.receive('tasks', batch('e.5', 'e.8', [anEvent(7, { topic: 'tasks' })]))
  expect(told).toEqual(['event-6', 'event-7', 'event-8'])
})

test('[RL04] a leader that relays fewer topics is not waited for', () => {
  const { told, follower } = rig('e.5')
  follower.receive('finance', { ...batch('e.5', 'e.6', [anEvent(6)]), topics: ['finance', 'of tomorrow'] })
  expect(told).toEqual(['event-6'])
})

test('[RL10] the status of the leader is that of its followers', () => {
  const { said, follower, onAll } = rig('e.5')
  onAll(batch('e.5', 'e.6'))
  follower.receive('finance', { ...ENVELOPE, t: 'beat', generation: 1, phase: 'offline', reason: 'network' })
  expect(said).toEqual(['live following', 'offline network'])
})

test('[RL11] what a leader handed over to us is not handed on again, and where it stood is where we begin', () => {
  const { told, follower, inbox } = rig()
  const handover: Omit<Extract<TopicRelay, { t: 'handover' }>, 'to'> = {
    ...ENVELOPE,
    t: 'handover',
    generation: 1,
    cursor: 'e.7',
    seen: ['event-6'],
  }
  follower.receive('finance', { ...handover, to: 'somebody else' })
  expect(inbox.cursor()).toBeNull()
  follower.receive('finance', { ...handover, to: 'me' })
  expect([inbox.cursor(), told, inbox.admit([anEvent(6), anEvent(8)])]).toEqual([
    'e.7',
    ['attach 0'],
    [anEvent(8)],
  ])
})

test('[RL04] a repeated frame changes nothing', () => {
  const { told, onAll } = rig()
  onAll(batch('e.4', 'e.5'))
  onAll(batch('e.5', 'e.6', [anEvent(6)]))
  onAll(batch('e.5', 'e.6', [anEvent(6)]))
  expect(told).toEqual(['attach 0', 'event-6'])
})

test('[RL07] a gap of the leader is told once, however many topics repeat it, and spread as the server asks', () => {
  const { told, onAll, inbox } = rig()
  onAll(batch('e.4', 'e.5'))
  onAll(gap('e.50'))
  onAll(batch('e.50', 'e.51', [anEvent(51)]))
  expect(told).toEqual(['attach 0', 'trimmed 700', 'event-51'])
  expect(inbox.cursor()).toBe('e.51')
})

test('[RL07] a gap that is the first word heard is the only resync', () => {
  const { told, onAll } = rig()
  onAll(gap('e.50'))
  onAll(batch('e.50', 'e.51', [anEvent(51)]))
  expect(told).toEqual(['trimmed 700', 'event-51'])
})

test('[RL08] the cursor moves once every topic has come as far', () => {
  const { follower, inbox } = rig('e.4')
  follower.receive('finance', batch('e.4', 'e.5'))
  expect(inbox.cursor()).toBe('e.4')
  follower.receive('tasks', batch('e.4', 'e.5'))
  expect(inbox.cursor()).toBe('e.5')
})

test('[RL05] a leader that is silent for too long is not well, and is again once it speaks', async () => {
  const { said, onAll, pass } = rig()
  onAll(batch('e.4', 'e.5'))
  await pass(LEADER_SILENCE_MS - 1)
  onAll(batch('e.5', 'e.5'))
  await pass(LEADER_SILENCE_MS - 1)
  expect(new Set(said)).toEqual(new Set(['live following']))
  await pass(1)
  expect(said.at(-1)).toBe('degraded leader_silent')
  onAll(batch('e.5', 'e.5'))
  expect(said.at(-1)).toBe('live following')
})

test('[RL05] a leader that never says a word is noticed as well', async () => {
  const { said, pass } = rig()
  await pass(LEADER_SILENCE_MS)
  expect(said).toEqual(['degraded leader_silent'])
})

test('[RL05] nobody is missed once the watch has ended', async () => {
  const { said, pass, follower, onAll } = rig()
  onAll(batch('e.4', 'e.5'))
  follower.stop()
  await pass(10 * LEADER_SILENCE_MS)
  expect(said.at(-1)).toBe('live following')
})

type Fate = 'arrives' | 'lost' | 'twice'
const fates = fc.array(
  fc.record({
    topic: fc.constantFrom<Topic>('finance', 'tasks'),
    finance: fc.constantFrom<Fate>('arrives', 'arrives', 'lost', 'twice'),
    tasks: fc.constantFrom<Fate>('arrives', 'arrives', 'lost', 'twice'),
    answered: fc.boolean(),
    passMs: fc.constantFrom(0, 0, STRETCH_MS, REPEAT_MS),
  }),
  { minLength: 1, maxLength: 30 },
)

test('[RL11] a successor that is behind hands on what the leader had seen and it had not', () => {
  const { follower, inbox } = rig('e.5')
  const handover = {
    ...ENVELOPE,
    t: 'handover',
    generation: 1,
    to: 'me',
    cursor: 'e.6',
    seen: ['event-6'],
  } as const
  follower.receive('finance', { ...handover, seen: [...handover.seen] })
  expect([inbox.cursor(), inbox.admit([anEvent(6)])]).toEqual(['e.5', [anEvent(6)]])
})

test('[RL04] whatever is lost or repeated, every event is told in order and once, or a resync comes after it', async () => {
  await fc.assert(
    fc.asyncProperty(fates, async (feed) => {
      const { follower, told, onAll, asked, pass, inbox } = rig('e.0')
      const events = feed.map((fate, index) => anEvent(index + 1, { topic: fate.topic }))
      /** The leader has moved on to `upTo`; it repeats what it is asked for while it still has it. */
      function repeat(upTo: number): void {
        for (const after of asked.splice(0)) {
          const from = Number(String(after).slice(2))
          const kept = Number.isNaN(from) || upTo - from > 6 ? [] : events.slice(from, upTo)
          const begin = kept.length > 0 ? String(after) : `e.${upTo}`
          for (const topic of TOPICS) {
            const own = kept.filter((event) => event.topic === topic)
            follower.receive(topic, { ...batch(begin, `e.${upTo}`, own), to: 'me' })
          }
        }
      }
      for (const [index, fate] of feed.entries()) {
        const event = anEvent(index + 1, { topic: fate.topic })
        for (const topic of TOPICS) {
          const frame = batch(`e.${index}`, `e.${index + 1}`, topic === fate.topic ? [event] : [])
          const times = { arrives: 1, lost: 0, twice: 2 }[fate[topic]]
          for (let time = 0; time < times; time += 1) follower.receive(topic, frame)
        }
        if (fate.answered) repeat(index + 1)
        await pass(fate.passMs)
      }
      const end = feed.length + 1
      onAll(batch(`e.${feed.length}`, `e.${end}`))
      await pass(REPEAT_MS)
      onAll(batch(`e.${end}`, `e.${end}`))
      expect(inbox.cursor()).toBe(`e.${end}`)
      const lastResync = told.findLastIndex((word) => String(word).endsWith(' 0'))
      feed.forEach((_, index) => {
        const at = told.indexOf(`event-${index + 1}`)
        expect(told.lastIndexOf(`event-${index + 1}`)).toBe(at)
        if (at === -1) expect(lastResync).toBeGreaterThan(told.indexOf(`event-${index}`))
      })
      const order = told.flatMap((word) =>
        String(word).startsWith('event') ? [Number(String(word).slice(6))] : [],
      )
      expect(order).toEqual(order.toSorted((a, b) => a - b))
    }),
    { numRuns: 60 },
  )
})
