import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFollower, LEADER_SILENCE_MS } from '../../worker/core/follower.ts'
import { createInbox } from '../../worker/core/inbox.ts'
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

function rig() {
  const platform = createVirtualPlatform(createScriptedHttp())
  const told: unknown[] = []
  const said: string[] = []
  const inbox = createInbox()
  const follower = createFollower({
    clock: platform.clock,
    inbox,
    hub: {
      batch: (events) => void told.push(...events.map(({ eventId }) => eventId)),
      resync: (reason, refetchAfterMs) => void told.push(`${reason} ${refetchAfterMs}`),
    },
    status: { say: (phase, reason) => void said.push(`${phase} ${reason}`) },
  })
  const onAll = (frame: TopicRelay) => TOPICS.forEach((topic) => follower.receive(topic, frame))
  return { follower, inbox, told, said, onAll, pass: platform.time.advance }
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

test('[RL04] a frame that does not begin where the last one ended brings a resync', () => {
  const { told, onAll, follower } = rig()
  onAll(batch('e.4', 'e.5'))
  follower.receive('finance', batch('e.7', 'e.8', [anEvent(8)]))
  expect(told).toEqual(['attach 0', 'lagging 0', 'event-8'])
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
  const { follower, inbox } = rig()
  follower.receive('finance', batch('e.4', 'e.5'))
  expect(inbox.cursor()).toBeNull()
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
  }),
  { minLength: 1, maxLength: 60 },
)

test('[RL04] whatever is lost or repeated, every event is told in order and once, or a resync comes after it', () => {
  fc.assert(
    fc.property(fates, (feed) => {
      const { follower, told, onAll } = rig()
      onAll(batch(null, 'e.0'))
      feed.forEach((fate, index) => {
        const event = anEvent(index + 1, { topic: fate.topic })
        for (const topic of TOPICS) {
          const frame = batch(`e.${index}`, `e.${index + 1}`, topic === fate.topic ? [event] : [])
          const times = { arrives: 1, lost: 0, twice: 2 }[fate[topic]]
          for (let time = 0; time < times; time += 1) follower.receive(topic, frame)
        }
      })
      onAll(batch(`e.${feed.length}`, `e.${feed.length + 1}`))
      const lastResync = told.findLastIndex((word) => String(word).endsWith(' 0'))
      feed.forEach((_, index) => {
        const at = told.indexOf(`event-${index + 1}`)
        expect(told.lastIndexOf(`event-${index + 1}`)).toBe(at)
        if (at === -1) expect(lastResync).toBeGreaterThan(told.indexOf(`event-${index}`))
      })
    }),
  )
})
