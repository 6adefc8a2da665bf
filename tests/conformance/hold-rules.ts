import { must, pause, shape, skip, tipOf, type Rule } from './rule.ts'

/** Enough for a poll to arrive and be held. */
const ARRIVAL_MS = 400
/** What a network and a busy machine may add. */
const SLACK_MS = 2000

/** How long polls are held, and that a session holds one. */
export const HOLD_RULES: readonly Rule[] = [
  {
    id: 'HO01',
    says: 'wait=0 is answered at once',
    async check({ target, me }) {
      const { answer, tookMs } = await target.poll(me)
      must(answer.outcome === 'tip', 'the outcome is tip', answer.outcome)
      must(answer.heldMs < 500 && tookMs < SLACK_MS, 'nothing was waited for', {
        tookMs,
        held: answer.heldMs,
      })
    },
  },
  {
    id: 'HO02',
    says: 'a hold without news ends in its time as timeout, at the same place',
    async check(world) {
      const { target, me } = world
      const cursor = await tipOf(world)
      const { answer, tookMs } = await target.poll(me, { cursor, wait: 1.5 })
      shape(answer)
      must(answer.outcome === 'timeout', 'the outcome is timeout', answer)
      must(answer.cursor === cursor, 'the cursor stays', answer.cursor)
      must(
        answer.heldMs >= 500 && answer.heldMs <= 1750,
        'it was held, and no longer than asked',
        answer.heldMs,
      )
      must(tookMs < 1500 + SLACK_MS, 'it is answered within a second of the end', tookMs)
    },
  },
  {
    id: 'HO03',
    says: 'a held poll is answered by the next event',
    async check(world) {
      const { target, me } = world
      const held = target.poll(me, { cursor: await tipOf(world), wait: 20 })
      await pause(ARRIVAL_MS)
      const at = performance.now()
      const { key } = await target.write(me)
      const { answer } = await held
      shape(answer)
      must(
        answer.events.some(({ mutationId }) => mutationId === key),
        'the event is in it',
        answer,
      )
      must(performance.now() - at < SLACK_MS, 'it comes at once')
      must(answer.heldMs > 0 && answer.retry.afterMs === 0, 'the next poll may come at once', answer.retry)
    },
  },
  {
    id: 'HO04',
    says: 'no hold outlives the token',
    async check({ target, me }) {
      const { answer } = await target.poll(me)
      if (answer.auth.expiresInMs > 20_000) skip('the token lives too long to wait for')
      const { tookMs } = await target.poll(me, { wait: 25 })
      must(tookMs < answer.auth.expiresInMs, 'the poll ended first', tookMs)
    },
  },
  {
    id: 'LI01',
    says: 'an answer that was cut by its limit says so, and the rest follows in order',
    async check(world) {
      const { target, me } = world
      const cursor = await tipOf(world)
      const wanted: string[] = []
      for (let i = 0; i < 5; i += 1) wanted.push((await target.write(me)).key)
      const got: (string | undefined)[] = []
      const cuts: [number, boolean][] = []
      for (let at = cursor, more = true; more;) {
        const { answer } = await target.poll(me, { cursor: at, query: '&limit=2' })
        shape(answer)
        got.push(...answer.events.map(({ mutationId }) => mutationId))
        cuts.push([answer.events.length, answer.more])
        must(cuts.length <= 3, 'it comes to an end', cuts)
        at = answer.cursor
        more = answer.more
      }
      must(JSON.stringify(cuts) === '[[2,true],[2,true],[1,false]]', 'two, two and one', cuts)
      must(got.join() === wanted.join(), 'in the order of their writes', got)
    },
  },
  {
    id: 'LI02',
    says: 'a limit above the server’s is cut, not refused',
    async check({ target, me }) {
      shape((await target.poll(me, { query: '&limit=99999' })).answer)
    },
  },
  {
    id: 'ON01',
    says: 'of two polls of a session the newer one goes on and the older one is superseded',
    async check({ target, me }) {
      const older = target.poll(me, { wait: 20, poller: 'conform-a' })
      await pause(ARRIVAL_MS)
      const newer = target.poll(me, { wait: 2, poller: 'conform-b' })
      const { answer } = await older
      must(answer.outcome === 'superseded', 'the older one is superseded', answer.outcome)
      must((await newer).answer.outcome === 'timeout', 'the newer one is held')
    },
  },
  {
    id: 'ON02',
    says: 'the higher generation wins, whichever came first',
    async check({ target }) {
      const who = await target.signIn()
      const of = (generation: number) => ({ 'Rt-Generation': String(generation) })
      const leader = target.poll(who, { wait: 20, headers: of(7) })
      await pause(ARRIVAL_MS)
      const late = await target.poll(who, { wait: 20, headers: of(6) })
      must(late.answer.outcome === 'superseded' && late.tookMs < SLACK_MS, 'the lower one is sent away', late)
      const next = target.poll(who, { wait: 2, headers: of(8) })
      must((await leader).answer.outcome === 'superseded', 'the higher one takes the place')
      must((await next).answer.outcome === 'timeout', 'and is held')
    },
  },
  {
    id: 'CA01',
    says: 'a poll past the waiter cap is answered at once, told when to come back, and loses nothing',
    async check({ target, me }) {
      const cap = (await target.limits(me))?.waitersPerOrgMax ?? Infinity
      if (cap > 10) skip('the cap is higher than this suite holds polls')
      const people = []
      for (let i = 0; i <= cap; i += 1) people.push(await target.signIn())
      const last = people.pop()
      if (!last) skip('nobody may wait')
      const held = people.map((who) => target.poll(who, { wait: 20 }))
      await pause(ARRIVAL_MS)
      const over = await target.poll(last, { wait: 20 })
      shape(over.answer)
      must(
        over.answer.outcome === 'waiter_cap' && over.tookMs < SLACK_MS,
        'it is answered at once',
        over.answer,
      )
      const { afterMs } = over.answer.retry
      must(afterMs >= 1000 && afterMs <= 60_000, 'it is told when to come back', afterMs)
      const { key } = await target.write(me)
      await Promise.all(held)
      const { answer } = await target.poll(last, { cursor: over.answer.cursor })
      must(
        answer.events.some(({ mutationId }) => mutationId === key),
        'nothing is lost',
        answer,
      )
    },
  },
]
