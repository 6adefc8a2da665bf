import { randomUUID } from 'node:crypto'
import { must, pause, problem, skip, tipOf, type Rule } from './rule.ts'

/** Who hears of what. */
export const SCOPE_RULES: readonly Rule[] = [
  {
    id: 'NA01',
    says: 'topics that were not asked for are passed over, and never look like a gap',
    async check(world) {
      const { target, me } = world
      const cursor = await tipOf(world)
      await target.write(me, { topic: 'finance' })
      const { key } = await target.write(me, { topic: 'tasks' })
      for (const ask of [{ query: '&topics=tasks' }, { path: '/tasks/realtime/subscribe' }]) {
        const { answer } = await target.poll(me, { cursor, ...ask })
        must(answer.gap === null, 'there is no gap', answer)
        must(
          answer.events.map(({ mutationId }) => mutationId).join() === key,
          'the task alone is told',
          answer,
        )
        const next = await target.poll(me, { cursor: answer.cursor })
        must(next.answer.outcome === 'tip', 'the cursor stands behind both', next.answer)
      }
      const all = await target.poll(me, { cursor })
      must(all.answer.events.length === 2, 'who asks for all is told both', all.answer)
    },
  },
  {
    id: 'NA02',
    says: 'properties that were not asked for are passed over, in replays too',
    async check(world) {
      const { target, me } = world
      const [one, two] = me.properties
      if (one === undefined || two === undefined) skip('the user sees fewer than two properties')
      const cursor = await tipOf(world)
      await target.write(me, { propertyId: one })
      await target.write(me, { propertyId: two })
      const { answer } = await target.poll(me, { cursor, query: `&properties=${two}` })
      must(answer.events.map(({ propertyId }) => propertyId).join() === two, 'one of them is told', answer)
    },
  },
  {
    id: 'NA03',
    says: 'nobody hears of a property that is not theirs, whatever they ask for',
    async check({ target, me }) {
      const { narrowEmail } = target.options
      if (narrowEmail === undefined) skip('no --narrow-email')
      const who = await target.signIn(narrowEmail)
      const foreign = me.properties.find((id) => !who.properties.includes(id))
      if (foreign === undefined) skip('they see every property')
      const { cursor } = (await target.poll(who)).answer
      const held = target.poll(who, { cursor, wait: 3 })
      await pause(400)
      await target.write(me, { propertyId: foreign })
      must((await held).answer.events.length === 0, 'nothing is delivered live')
      const query = `&properties=${foreign},${who.properties.join()}`
      const { answer } = await target.poll(who, { cursor, query })
      must(answer.events.length === 0 && answer.gap === null, 'nothing in a replay', answer)
    },
  },
  {
    id: 'OR01',
    says: 'no organisation hears of another one',
    async check({ target, me }) {
      const { otherEmail } = target.options
      if (otherEmail === undefined) skip('no --other-email')
      const other = await target.signIn(otherEmail)
      must(other.orgId !== me.orgId, 'they are of another organisation')
      const { cursor } = (await target.poll(other)).answer
      const held = target.poll(other, { cursor, wait: 3 })
      await pause(400)
      await target.write(me)
      const { answer } = await held
      must(answer.events.length === 0, 'nothing is delivered', answer)
      must((await target.poll(other, { cursor })).answer.events.length === 0, 'nothing in a replay')
    },
  },
  {
    id: 'OR02',
    says: 'a cursor of another organisation opens nothing',
    async check(world) {
      const { target, me } = world
      const { otherEmail } = target.options
      if (otherEmail === undefined) skip('no --other-email')
      const cursor = await tipOf(world)
      await target.write(me)
      const { answer } = await target.poll(await target.signIn(otherEmail), { cursor })
      must(answer.events.length === 0 && answer.gap !== null, 'it is a gap without events', answer)
    },
  },
  {
    id: 'OR03',
    says: 'an event is of the organisation of whoever is told',
    async check(world) {
      const { target, me } = world
      const cursor = await tipOf(world)
      await target.write(me)
      const { answer } = await target.poll(me, { cursor })
      must(
        answer.events.length > 0 && answer.events.every(({ orgId }) => orgId === me.orgId),
        'it is',
        answer,
      )
    },
  },
  {
    id: 'PU01',
    says: 'a published event is told once, however often it is published',
    async check(world) {
      const { target, me } = world
      const { publishKey } = target.options
      if (publishKey === undefined) skip('no --publish-key')
      const cursor = await tipOf(world)
      const event = { eventId: randomUUID(), type: 'task.created', propertyId: me.properties[0], data: {} }
      const publish = (key: string) =>
        target.send('/tasks/realtime/publish', {
          method: 'POST',
          headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
          body: JSON.stringify({ orgId: me.orgId, events: [event] }),
        })
      const first = await publish(publishKey)
      if (first.status === 404) skip('the server takes no events from outside')
      must(first.status === 202, 'it is taken', first.status)
      const taken = (await first.json()) as { accepted: number; cursor: string }
      must(taken.accepted === 1 && typeof taken.cursor === 'string', 'it is counted', taken)
      const again = (await (await publish(publishKey)).json()) as { accepted: number; duplicates: number }
      must(again.accepted === 0 && again.duplicates === 1, 'the second time it is a duplicate', again)
      const { answer } = await target.poll(me, { cursor })
      must(answer.events.map(({ eventId }) => eventId).join() === event.eventId, 'it is told once', answer)
      await problem(await publish(`${publishKey}x`), 401, 'token_invalid')
    },
  },
]
