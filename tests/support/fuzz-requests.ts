import type { Draw } from './draw.ts'
import { mutateBody, nastyText, nastyValue } from './fuzz-values.ts'

export interface FuzzRequest {
  method: string
  /** With its query, as it is sent. */
  path: string
  headers: Record<string, string>
  body?: string
}

/** What is true at the server, so that a request is wrong in one place and gets far enough to be refused for it. */
export interface FuzzWorld {
  routes: readonly { method: string; path: string }[]
  tokens: readonly string[]
  /** Of a session that may end: whatever signs out is tried with it. */
  spare: { token: string; cookie: string }
  ids: readonly string[]
  userId: string
  publishKey: string
  operatorKey: string
}

const METHODS = ['GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'HEAD', 'OPTIONS', 'BREW', 'get', 'PROPFIND']
const QUERY_NAMES =
  'p,topics,properties,wait,limit,cursor,after,propertyId,status,type,from,to,date,by,top,x,__proto__'.split(
    ',',
  )
const GOOD_QUERY = new Map(
  Object.entries({
    p: ['poller-0001'],
    wait: ['0'],
    limit: ['1', '200'],
    topics: ['finance', 'tasks'],
    properties: ['acme-p1'],
    propertyId: ['acme-p1'],
    status: ['pending', 'open'],
    date: ['2026-01-15'],
    from: ['2026-01-01'],
    to: ['2026-02-01'],
    by: ['waiters', 'published'],
    top: ['1', '50'],
  }),
)
const HEADER_NAMES =
  'Authorization,Cookie,Rt-Cursor,Rt-Generation,Rt-Deploy,Rt-Actor,Rt-Client,Rt-Tab,Rt-Pass,Rt-After,X-Request-Id,Idempotency-Key,If-Match,If-None-Match,Content-Type,Content-Encoding,Accept,Accept-Encoding,Origin,Sec-Fetch-Site,Sec-Fetch-Mode,User-Agent,X-Forwarded-For,X-Forwarded-Proto,X-HTTP-Method-Override,Range,Expect'.split(
    ',',
  )
const EXTRA_PATHS = [
  '/',
  '/finance',
  '/api',
  '/api/',
  '/auth/../api/tasks',
  '//auth/me',
  '/auth/me/',
  '/index.html',
]
const entry = {
  propertyId: 'acme-p1',
  type: 'expense',
  amountMinor: 100,
  currency: 'USD',
  description: 'Stamps',
  occurredOn: '2026-01-15',
}
const published = { eventId: 'e1', type: 'transaction.updated', propertyId: 'acme-p1', data: { id: 'row-1' } }
const record = {
  name: 'auth_401',
  at: 1,
  tabId: 'tab-one',
  requestId: 'req-1',
  build: 'b1',
  fields: { route: 'poll' },
}

const BODIES: readonly [RegExp, unknown][] = [
  [/login$/, { email: 'somebody@acme.test', password: 'not the one', deviceId: 'device' }],
  [/refresh$/, { sh: 'some-handle' }],
  [/logout$/, { sh: 'some-handle', scope: 'this' }],
  [/telemetry/, { records: [record, record] }],
  [/publish$/, { orgId: 'acme', events: [published, { ...published, eventId: 'e2' }] }],
  [/tasks/, { propertyId: 'acme-p1', title: 'Buy stamps', assigneeId: null, dueOn: '2026-01-20' }],
  [/./, entry],
]

/** Requests over every route, each right but for a few places; the same ones for the same draw. */
export function createFuzzRequests(draw: Draw, world: FuzzWorld): () => FuzzRequest {
  const chance = (share: number) => draw.fraction() < share
  const hex = (length: number) =>
    Array.from({ length }, () => Math.floor(draw.fraction() * 16).toString(16)).join('')
  const uuid = () => [8, 4, 4, 4, 12].map(hex).join('-')

  function pathOf(pattern: string): string {
    if (chance(0.03)) return `/${encode(nastyText(draw))}`
    const path = pattern.replaceAll(/:\w+/g, () =>
      chance(0.5) ? draw.oneOf(world.ids) : encode(nastyText(draw)),
    )
    if (chance(0.03))
      return draw.oneOf([
        `${path}/`,
        `/${path}`,
        path.toUpperCase(),
        `${path}/..`,
        `${path};a=1`,
        `${path}%00`,
        `${path}/%2e%2e/x`,
      ])
    return path
  }

  function encode(text: string): string {
    if (chance(0.3)) return text.replaceAll(/[^\x21-\x7e]|[?#]/g, '')
    return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'))
  }

  function queryOf(): string {
    if (chance(0.2)) return ''
    const parts = ['p=poller-0001', 'wait=0'].filter(() => chance(0.9))
    const count = chance(0.01) ? 200 : Math.floor(draw.fraction() * 4)
    for (let n = 0; n < count; n += 1) {
      const name = draw.oneOf(QUERY_NAMES)
      const good = GOOD_QUERY.get(name)
      parts.push(`${name}=${good && chance(0.5) ? draw.oneOf(good) : encode(nastyText(draw))}`)
    }
    return parts.length === 0 ? '' : `?${parts.join('&')}`
  }

  function headersOf(path: string): Record<string, string> {
    const isLast = /logout|refresh/.test(path)
    const token = isLast ? world.spare.token : draw.oneOf(world.tokens)
    const keys = /publish/.test(path) ? [world.publishKey] : [world.operatorKey, token]
    const headers: Record<string, string> = {
      Authorization: `Bearer ${/publish|tenant/.test(path) ? draw.oneOf(keys) : token}`,
      'Content-Type': 'application/json',
      'Rt-Client': '1',
      'Rt-Actor': world.userId,
      'Idempotency-Key': uuid(),
      'If-Match': `"${1 + Math.floor(draw.fraction() * 3)}"`,
      Cookie: world.spare.cookie,
    }
    for (let n = Math.floor(draw.fraction() * 4); n > 0; n -= 1) {
      const name = draw.oneOf(HEADER_NAMES)
      if (chance(0.3)) Reflect.deleteProperty(headers, name)
      else headers[name] = chance(0.2) ? `Bearer ${nastyText(draw)}` : nastyText(draw)
    }
    // What no client can send is for the bytes on a socket.
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        value.replaceAll(/[^\x20-\x7e\x80-\xff]/g, '').trim(),
      ]),
    )
  }

  function bodyOf(path: string): string {
    if (chance(0.05)) return draw.oneOf(BOMBS)
    if (chance(0.05)) return nastyText(draw)
    if (chance(0.05)) return JSON.stringify(nastyValue(draw))
    const template = BODIES.find(([pattern]) => pattern.test(path))?.[1]
    const text = JSON.stringify(chance(0.15) ? template : mutateBody(draw, template))
    return chance(0.05) ? text.slice(0, Math.floor(draw.fraction() * text.length)) : text
  }

  return () => {
    const route = draw.oneOf(world.routes)
    const pattern = chance(0.03) ? draw.oneOf(EXTRA_PATHS) : route.path
    const method = chance(0.06) ? draw.oneOf(METHODS) : route.method
    const path = pathOf(pattern)
    const request = { method, path: path + queryOf(), headers: headersOf(path) }
    return /^(?:get|head)$/i.test(method) ? request : { ...request, body: bodyOf(path) }
  }
}

const BOMBS = [
  '['.repeat(60_000),
  '{"a":'.repeat(10_000),
  `${'['.repeat(31)}${']'.repeat(31)}`,
  `[${'0,'.repeat(30_000)}0]`,
  `{"orgId":"acme","events":[${'{},'.repeat(20_000)}{}]}`,
  `{"records":[${'{},'.repeat(20_000)}{}]}`,
  `{${Array.from({ length: 5000 }, (_, n) => `"k${n}":1`).join()}}`,
  `{"description":"${'\\u0000'.repeat(9000)}"}`,
  `{"amountMinor":${'9'.repeat(60_000)}}`,
  '{"__proto__":{"role":"owner"},"constructor":{"prototype":{"x":1}}}',
  '"'.repeat(65_000),
  `"${'\\"'.repeat(32_000)}`,
  'x'.repeat(70_000),
  '\uFEFF{}',
  '{"a":1,"a":2}',
]
