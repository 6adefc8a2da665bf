import { randomUUID } from 'node:crypto'
import { must, pause, shape, skip, tipOf, type Rule } from './rule.ts'
import type { PollAnswer } from './target.ts'

const keysOf = ({ events }: PollAnswer) => events.map(({ mutationId }) => mutationId)
const WRITES = 30

/** Where a poller stands, and that nothing is lost or doubled on the way. */
export const CURSOR_RULES: readonly Rule[] = [
  {
    id: 'CU01',
    says: 'a poll without a cursor begins now and misses nothing from then on',
    async check({ target, me }) {
      const { answer } = await target.poll(me)
      must(answer.outcome === 'tip' && answer.events.length === 0, 'it says where now is', answer)
      const { key } = await target.write(me)
      const next = await target.poll(me, { cursor: answer.cursor })
      must(keysOf(next.answer).includes(key), 'the next event is delivered from there', next.answer)
    },
  },
  {
    id: 'CU02',
    says: 'the same cursor again delivers the same again',
    async check(world) {
      const { target, me } = world
      const cursor = await tipOf(world)
      await target.write(me)
      const [first, second] = [await target.poll(me, { cursor }), await target.poll(me, { cursor })]
      must(first.answer.events.length === 1, 'it is delivered', first.answer)
      must(
        JSON.stringify(first.answer.events) === JSON.stringify(second.answer.events),
        'it is delivered again',
        second.answer,
      )
    },
  },
  {
    id: 'CU03',
    says: 'the cursor of an answer stands behind all it delivered',
    async check(world) {
      const { target, me } = world
      const cursor = await tipOf(world)
      await target.write(me)
      const { answer } = await target.poll(me, { cursor })
      must(answer.cursor !== cursor, 'the cursor has moved', answer.cursor)
      const next = await target.poll(me, { cursor: answer.cursor })
      must(next.answer.outcome === 'tip' && next.answer.gap === null, 'nothing comes twice', next.answer)
    },
  },
  {
    id: 'CU04',
    says: 'the header wins over the cursor in the query, which serves by itself',
    async check(world) {
      const { target, me } = world
      const before = await tipOf(world)
      await target.write(me)
      const after = await tipOf(world)
      const query = `&cursor=${encodeURIComponent(before)}`
      must((await target.poll(me, { query })).answer.events.length === 1, 'the query is read')
      const both = await target.poll(me, { query, cursor: after })
      must(both.answer.events.length === 0, 'the header wins', both.answer)
    },
  },
  {
    id: 'CU05',
    says: 'a poll from the cursor of a list misses nothing that came after the list',
    async check({ target, me }) {
      const headers = { Authorization: `Bearer ${me.token}` }
      const list = await target.send('/api/tasks?limit=1', { headers })
      const { cursor } = (await list.json()) as { cursor: string }
      const { key } = await target.write(me)
      must(keysOf((await target.poll(me, { cursor })).answer).includes(key), 'the event is delivered')
    },
  },
  {
    id: 'CU06',
    says: 'a write that is sent again is applied and told once',
    async check(world) {
      const { target, me } = world
      const cursor = await tipOf(world)
      const key = randomUUID()
      await target.write(me, { key })
      const again = await target.write(me, { key })
      must(again.reply.headers.get('idempotency-replayed') === 'true', 'the second answer is the first one')
      const { answer } = await target.poll(me, { cursor })
      must(keysOf(answer).filter((each) => each === key).length === 1, 'there is one event', keysOf(answer))
    },
  },
  {
    id: 'CU07',
    says: 'under writes all the time every event is delivered once, in order and without a gap',
    async check(world) {
      const { target, me } = world
      const limits = await target.limits(me)
      if (limits?.bufferEventsMax !== undefined && limits.bufferEventsMax < 2)
        skip('the server keeps no events')
      let cursor = await tipOf(world)
      const wanted: string[] = []
      let isWriting = true
      const writer = (async () => {
        for (let i = 0; i < WRITES; i += 1) wanted.push((await target.write(me)).key)
        isWriting = false
      })()
      const [seqs, keys]: [number[], string[]] = [[], []]
      for (let quiet = 0; quiet < 2;) {
        const { answer } = await target.poll(me, { cursor, wait: isWriting ? 2 : 0 })
        shape(answer)
        must(answer.gap === null, 'there is no gap', answer.gap)
        for (const { seq, mutationId } of answer.events) {
          seqs.push(seq)
          if (mutationId !== undefined) keys.push(mutationId)
        }
        cursor = answer.cursor
        if (!isWriting && answer.events.length === 0) quiet += 1
      }
      await writer
      const lost = wanted.filter((key) => !keys.includes(key))
      must(lost.length === 0, 'nothing is lost', lost)
      must(new Set(keys).size === keys.length, 'nothing comes twice')
      must(
        seqs.every((seq, index) => index === 0 || seq > (seqs[index - 1] ?? 0)),
        'numbers strictly rise',
        seqs,
      )
    },
  },
  {
    id: 'GA01',
    says: 'a cursor of another epoch is told as a gap, and polling goes on behind it',
    async check({ target, me }) {
      const { answer } = await target.poll(me, { cursor: 'conformance.3' })
      shape(answer)
      must(answer.gap?.reason === 'epoch', 'the reason is epoch', answer)
      const { key } = await target.write(me)
      const next = await target.poll(me, { cursor: answer.cursor })
      must(next.answer.gap === null && keysOf(next.answer).includes(key), 'the feed goes on', next.answer)
    },
  },
  {
    id: 'GA02',
    says: 'a cursor ahead of the feed is told as a gap and changes nothing for others',
    async check(world) {
      const { target, me } = world
      const tip = await tipOf(world)
      const ahead = tip.replace(/\d+$/, (seq) => String(Number(seq) + 1000))
      if (ahead === tip) skip('cursors of this server are sealed')
      const { answer } = await target.poll(me, { cursor: ahead })
      shape(answer)
      must(answer.gap?.reason === 'ahead', 'the reason is ahead', answer)
      must((await target.poll(me, { cursor: tip })).answer.gap === null, 'who stood right still does')
    },
  },
  {
    id: 'GA03',
    says: 'a cursor behind what is kept is told as a gap that counts no less than what was missed',
    async check(world) {
      const { target, me } = world
      const kept = (await target.limits(me))?.bufferEventsMax ?? Infinity
      if (kept > 300) skip('the server keeps more events than this suite writes')
      const cursor = await tipOf(world)
      for (let i = 0; i <= kept; i += 1) await target.write(me)
      const { answer } = await target.poll(me, { cursor })
      shape(answer)
      must(answer.gap?.reason === 'trimmed', 'the reason is trimmed', answer)
      must((answer.gap?.missedAtMost ?? 0) >= 1, 'something was missed', answer.gap)
      must((await target.poll(me, { cursor: answer.cursor })).answer.gap === null, 'one gap is told once')
    },
  },
  {
    id: 'GA04',
    says: 'who missed nothing is told of no gap, also when every event has gone',
    async check(world) {
      const { target, me } = world
      const ttlMs = (await target.limits(me))?.eventTtlMs ?? Infinity
      if (ttlMs > 10_000) skip('events are kept for longer than this suite waits')
      await target.write(me)
      const cursor = await tipOf(world)
      await pause(ttlMs + 200)
      const { answer } = await target.poll(me, { cursor })
      must(answer.gap === null && answer.outcome === 'tip', 'there is no gap', answer)
    },
  },
]
