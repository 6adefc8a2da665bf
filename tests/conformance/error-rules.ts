import { must, problem, skip, tipOf, type Rule } from './rule.ts'
import type { PollAsk } from './target.ts'

function refused(id: string, says: string, ask: PollAsk, status: number, code: string): Rule {
  return {
    id,
    says: `${says} is refused as ${code}`,
    async check({ target, me }) {
      await problem(await target.pollRaw(me, ask), status, code)
    },
  }
}

/** What cannot be read, and what may not be asked for. */
export const ERROR_RULES: readonly Rule[] = [
  refused('ER01', 'a poller id of the wrong form', { poller: 'a%20b' }, 400, 'bad_request'),
  refused('ER02', 'a wait out of range', { wait: 99 }, 400, 'bad_request'),
  refused('ER03', 'a limit of nothing', { query: '&limit=0' }, 400, 'bad_request'),
  refused('ER04', 'a cursor nobody wrote', { cursor: 'last tuesday' }, 400, 'bad_cursor'),
  refused('ER05', 'a topic there is none of', { query: '&topics=payroll' }, 403, 'forbidden_topic'),
  refused('ER06', 'somebody else’s property', { query: '&properties=nobodys' }, 403, 'forbidden_property'),
  refused(
    'ER07',
    'a generation that is no number',
    { headers: { 'Rt-Generation': 'newest' } },
    400,
    'bad_request',
  ),
  {
    id: 'ER08',
    says: 'a cursor of any length is refused, not looked through',
    async check({ target, me }) {
      await problem(await target.pollRaw(me, { cursor: `${'e'.repeat(4000)}.1` }), 400, 'bad_cursor')
    },
  },
  {
    id: 'ER09',
    says: 'another method is refused and told which there are',
    async check({ target }) {
      const reply = await target.send('/realtime/subscribe', { method: 'POST' })
      const allow = reply.headers.get('allow') ?? ''
      await problem(reply, 405, 'method_not_allowed')
      must(allow.includes('GET'), 'Allow names GET', allow)
    },
  },
  {
    id: 'ER10',
    says: 'a refusal moves nothing: the next poll goes on where the last one stood',
    async check(world) {
      const { target, me } = world
      const cursor = await tipOf(world)
      await target.pollRaw(me, { cursor: 'last tuesday' }).then((reply) => reply.text())
      const { key } = await target.write(me)
      const { answer } = await target.poll(me, { cursor })
      must(
        answer.events.some(({ mutationId }) => mutationId === key),
        'the event is delivered',
        answer,
      )
    },
  },
  {
    id: 'ER11',
    says: 'the retired endpoint says that it is',
    async check({ target }) {
      const reply = await target.send('/finance/events/subscribe')
      if (reply.status === 404 || reply.status === 401) skip('there is none')
      await problem(reply, 410, 'legacy_gone')
    },
  },
]
