import { randomBytes } from 'node:crypto'
import { HEADER, HEADER_MARK } from '../../worker/wire/headers.ts'
import type { LoginAnswer } from '../../worker/wire/session.ts'
import type { SubscribeAnswer } from '../../worker/wire/subscribe.ts'
import type { RealtimeFigures } from '../realtime/figures.ts'

/** A server after a deploy, as an owner of one organisation can look at it from outside. */
export interface Target {
  url: string
  email: string
  password: string
  /** An origin that has to be allowed, where pages and server are apart. */
  origin: string | null
}

/** One point of the list: resolves to what was found, rejects with what is wrong. */
export interface Point {
  id: string
  says: string
  look(target: Target, login: Login): Promise<string>
}

export interface Login {
  answer: LoginAnswer
  cookie: string
}

/** Holds are shortened by up to a tenth at random and end on a quarter of a second. */
const HELD_SHARE_MIN = 0.9
const HELD_STEP_MS = 300
const MAX_AGE_MIN_S = 7200
const METRICS = '/finance/realtime/metrics'

export const POINTS: readonly Point[] = [
  {
    id: 'PD1',
    says: 'it lives and can deliver',
    async look({ url }) {
      for (const path of ['/healthz', '/readyz']) {
        const { status, headers } = await fetch(url + path)
        wrongUnless(status === 200, `${path} answers ${status}`)
        wrongUnless(headers.get(HEADER.origin) === HEADER_MARK, `${path} is answered by something in between`)
      }
      return 'alive and ready'
    },
  },
  {
    id: 'PD2',
    says: 'its figures are sensible',
    async look({ url }, login) {
      const { buffers, waiters, polls, published, delivered, limits } = await figures(url, login)
      wrongUnless(
        buffers.events <= buffers.orgs * limits.bufferEventsMax,
        'more events are kept than the bound',
      )
      wrongUnless(polls.waiter_cap === 0, `${polls.waiter_cap} polls were over the cap`)
      return `${published} published, ${delivered} delivered, ${waiters.total} polls held, ${buffers.events} events kept`
    },
  },
  {
    id: 'PD3',
    says: 'an idle poll is held for its time',
    async look({ url }, login) {
      const { holdMs } = (await figures(url, login)).limits
      const { outcome, heldMs } = await poll(url, login, { wait: String(holdMs / 1000), generation: 1 })
      if (outcome === 'events') return `an event came after ${heldMs} ms: not idle, look again`
      wrongUnless(outcome === 'timeout', `it ended with "${outcome}"`)
      wrongUnless(
        heldMs >= HELD_SHARE_MIN * holdMs - HELD_STEP_MS,
        `something cut it after ${heldMs} ms of ${holdMs}`,
      )
      return `held for ${heldMs} ms`
    },
  },
  {
    id: 'PD4',
    says: 'a login session holds one poll',
    async look({ url }, login) {
      const first = endingOf(poll(url, login, { wait: '25', generation: 2 }))
      await new Promise((resolve) => setTimeout(resolve, 300))
      await poll(url, login, { wait: '0', generation: 3 })
      const ending = await first
      wrongUnless(ending === 'superseded' || ending === 'events', `the older poll ended with "${ending}"`)
      const { pollersPerSession } = (await figures(url, login)).waiters
      const more = pollersPerSession['2'] + pollersPerSession['3+']
      wrongUnless(more === 0, `${more} sessions hold more than one`)
      return `the newer poll ended the older; ${pollersPerSession['1']} sessions hold one, none holds two`
    },
  },
  {
    id: 'PD5',
    says: 'preflights are kept for two hours',
    async look({ url, origin }) {
      if (origin === null) return 'pages and server are of one origin: there are none'
      const headers = { Origin: origin, 'Access-Control-Request-Method': 'GET' }
      const asked = { 'Access-Control-Request-Headers': `authorization,${HEADER.cursor.toLowerCase()}` }
      const reply = await fetch(`${url}/realtime/subscribe?p=checklist`, {
        method: 'OPTIONS',
        headers: { ...headers, ...asked },
      })
      wrongUnless(reply.headers.get('access-control-allow-origin') === origin, `${origin} is not allowed`)
      const maxAgeS = Number(reply.headers.get('access-control-max-age'))
      wrongUnless(maxAgeS >= MAX_AGE_MIN_S, `they are kept for ${maxAgeS} s`)
      return `kept for ${maxAgeS} s`
    },
  },
  {
    id: 'PD6',
    says: 'no answer to a poll is kept by anybody in between',
    async look({ url }, login) {
      const { headers } = await ask(url, login, { wait: '0', generation: 4 })
      wrongUnless(/\bno-store\b/.test(headers.get('cache-control') ?? ''), 'it may be kept')
      return headers.get('cache-control') ?? ''
    },
  },
  {
    id: 'PD7',
    says: 'the page is read anew, its parts are kept',
    async look({ url }) {
      const page = await fetch(`${url}/`)
      const html = await page.text()
      wrongUnless(
        page.headers.get('content-security-policy') !== null,
        'the page has no Content-Security-Policy',
      )
      wrongUnless(!/max-age=[1-9]/.test(page.headers.get('cache-control') ?? ''), 'the page may be kept')
      const [part] = /\/assets\/[^"']+\.js/.exec(html) ?? []
      if (part === undefined) return wrong('the page names none of its parts')
      const { status, headers } = await fetch(url + part)
      wrongUnless(status === 200, `${part} answers ${status}`)
      wrongUnless(
        /immutable/.test(headers.get('cache-control') ?? ''),
        `${part} is asked for again and again`,
      )
      return 'as it should be'
    },
  },
  {
    id: 'PD8',
    says: 'the endpoint of before is retired',
    async look({ url }) {
      const { status } = await fetch(`${url}/finance/events/subscribe`)
      wrongUnless(
        status === 410,
        `it answers ${status}: ENABLE_LEGACY_FINANCE_EVENTS is set, or this is development`,
      )
      return '410'
    },
  },
  {
    id: 'PD9',
    says: 'a logout is silent at once',
    async look({ url }, login) {
      const held = endingOf(poll(url, login, { wait: '25', generation: 5 }))
      await new Promise((resolve) => setTimeout(resolve, 300))
      const left = await fetch(`${url}/auth/logout`, {
        method: 'POST',
        headers: { ...pageHeaders(url), Cookie: login.cookie },
        body: JSON.stringify({ sh: login.answer.sh, scope: 'this' }),
      })
      wrongUnless(left.status === 204, `the logout answers ${left.status}`)
      const ending = await held
      const after = await ask(url, login, { wait: '0', generation: 6 })
      wrongUnless(after.status === 401, `the token is still taken (${after.status})`)
      return `the held poll ended (${ending}), the token is refused`
    },
  },
]

export async function signIn({ url, email, password }: Target): Promise<Login> {
  const reply = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: pageHeaders(url),
    body: JSON.stringify({ email, password }),
  })
  if (reply.status !== 200) throw new Error(`${email} cannot sign in: ${reply.status}`)
  const answer = (await reply.json()) as LoginAnswer
  return { answer, cookie: reply.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '' }
}

const pageHeaders = (url: string) => ({
  'Content-Type': 'application/json',
  [HEADER.client]: HEADER_MARK,
  Origin: new URL(url).origin,
})

const bearer = ({ answer }: Login) => ({ Authorization: `Bearer ${answer.accessToken}` })

async function figures(url: string, login: Login): Promise<RealtimeFigures> {
  const reply = await fetch(url + METRICS, { headers: bearer(login) })
  wrongUnless(reply.status === 200, `${METRICS} answers ${reply.status}; the account has to be an owner's`)
  return (await reply.json()) as RealtimeFigures
}

function ask(url: string, login: Login, of: { wait: string; generation: number }): Promise<Response> {
  const p = randomBytes(9).toString('base64url')
  const headers = { ...bearer(login), [HEADER.generation]: String(of.generation) }
  return fetch(`${url}/realtime/subscribe?p=${p}&wait=${of.wait}`, { headers })
}

async function poll(
  url: string,
  login: Login,
  of: { wait: string; generation: number },
): Promise<SubscribeAnswer> {
  const reply = await ask(url, login, of)
  if (reply.status !== 200) throw new Error(`a poll answers ${reply.status}`)
  return (await reply.json()) as SubscribeAnswer
}

/** Its outcome, or what went wrong. */
function endingOf(polled: Promise<SubscribeAnswer>): Promise<string> {
  return polled.then(
    ({ outcome }) => outcome,
    (error: Error) => error.message,
  )
}

function wrong(what: string): never {
  throw new Error(what)
}

function wrongUnless(isRight: boolean, what: string): void {
  if (!isRight) wrong(what)
}
