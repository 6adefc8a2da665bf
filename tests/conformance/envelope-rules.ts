import { must, problem, shape, skip, type Rule } from './rule.ts'

const PATH = '/realtime/subscribe'

/** What every answer wears, and who is refused. */
export const ENVELOPE_RULES: readonly Rule[] = [
  {
    id: 'EN01',
    says: 'an answer has every member of the protocol, each of its kind',
    async check({ target, me }) {
      shape((await target.poll(me)).answer)
    },
  },
  {
    id: 'EN02',
    says: 'an answer carries Rt-Origin: 1 and the request id it was sent',
    async check({ target, me }) {
      const { reply } = await target.poll(me, { headers: { 'X-Request-Id': 'conformance.1' } })
      must(reply.headers.get('rt-origin') === '1', 'Rt-Origin is 1')
      must(reply.headers.get('x-request-id') === 'conformance.1', 'the request id is echoed')
    },
  },
  {
    id: 'EN03',
    says: 'a request id that is not well formed is replaced',
    async check({ target, me }) {
      const { reply } = await target.poll(me, { headers: { 'X-Request-Id': 'a<b>c' } })
      const id = reply.headers.get('x-request-id') ?? ''
      must(/^[A-Za-z0-9._-]{1,64}$/.test(id), 'the id is one of the server', id)
    },
  },
  {
    id: 'EN04',
    says: 'no cache keeps an answer, and none mistakes one person’s for another’s',
    async check({ target, me }) {
      const { headers } = (await target.poll(me)).reply
      must((headers.get('cache-control') ?? '').includes('no-store'), 'Cache-Control has no-store')
      const vary = (headers.get('vary') ?? '').toLowerCase()
      must(
        vary.includes('origin') && vary.includes('authorization'),
        'Vary names Origin and Authorization',
        vary,
      )
      must(headers.get('x-content-type-options') === 'nosniff', 'X-Content-Type-Options is nosniff')
      must((headers.get('content-type') ?? '').startsWith('application/json'), 'it is JSON')
      must(headers.get('etag') === null, 'there is no ETag')
    },
  },
  {
    id: 'EN05',
    says: 'HEAD answers at once with the headers and no body',
    async check({ target, me }) {
      const reply = await target.send(`${PATH}?p=conformance`, {
        method: 'HEAD',
        headers: { Authorization: `Bearer ${me.token}` },
      })
      must(reply.status === 200 && (await reply.text()) === '', 'it is an empty 200', reply.status)
    },
  },
  {
    id: 'AU01',
    says: 'without a token a poll is refused as auth_missing',
    async check({ target }) {
      const reply = await target.send(`${PATH}?p=conformance`)
      const scheme = reply.headers.get('www-authenticate') ?? ''
      await problem(reply, 401, 'auth_missing')
      must(/bearer/i.test(scheme), 'WWW-Authenticate names Bearer', scheme)
    },
  },
  {
    id: 'AU02',
    says: 'what is no token is refused as token_invalid',
    async check({ target, me }) {
      const altered = `${me.token.slice(0, -4)}AAAA`
      for (const token of ['undefined', 'null', 'x.y.z', altered]) {
        const Authorization = `Bearer ${token}`
        await problem(
          await target.send(`${PATH}?p=conformance`, { headers: { Authorization } }),
          401,
          'token_invalid',
        )
      }
    },
  },
  {
    id: 'AU03',
    says: 'the end of a session ends its held poll at once, and its token',
    async check({ target }) {
      const who = await target.signIn()
      const held = target.pollRaw(who, { wait: 25 })
      await new Promise((resolve) => setTimeout(resolve, 300))
      const at = performance.now()
      const out = await target.send('/auth/logout', {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${who.token}`,
          'Content-Type': 'application/json',
          'Rt-Client': '1',
        },
        body: JSON.stringify({ sh: who.sh, scope: 'this' }),
      })
      must(out.status === 204, 'a logout is answered with 204', out.status)
      await problem(await held, 401, 'session_revoked')
      must(performance.now() - at < 2000, 'it ends within two seconds')
      await problem(await target.pollRaw(who), 401, 'session_revoked')
    },
  },
  {
    id: 'CO01',
    says: 'a preflight of an allowed origin may be kept and lets the headers of a poll through',
    async check({ target }) {
      const { origin } = target.options
      if (origin === undefined) skip('no --origin')
      const reply = await target.send(`${PATH}?p=conformance`, {
        method: 'OPTIONS',
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'GET',
          'Access-Control-Request-Headers': 'authorization,rt-cursor,rt-generation',
        },
      })
      const { headers } = reply
      must(reply.status === 204 || reply.status === 200, 'it is answered', reply.status)
      must(headers.get('access-control-allow-origin') === origin, 'the origin is allowed')
      const allowed = (headers.get('access-control-allow-headers') ?? '').toLowerCase()
      for (const name of ['authorization', 'rt-cursor', 'rt-generation', 'x-request-id'])
        must(allowed.includes(name), `${name} may be sent`, allowed)
      must(Number(headers.get('access-control-max-age')) >= 600, 'it may be kept for ten minutes or more')
    },
  },
  {
    id: 'CO02',
    says: 'an origin that is not allowed reads nothing',
    async check({ target, me }) {
      const headers = { Origin: 'https://conformance.invalid' }
      const { reply } = await target.poll(me, { headers })
      must(reply.headers.get('access-control-allow-origin') === null, 'no origin is allowed')
    },
  },
]
