import { randomUUID } from 'node:crypto'

/** Where the server is and what the suite may know of it. What is missing makes rules skip, and they say so. */
export interface TargetOptions {
  url: string
  /** Of somebody who may write, best an owner. */
  email: string
  password: string
  /** A user of another organisation, with the same password. */
  otherEmail?: string
  /** A user of the same organisation who may see fewer properties. */
  narrowEmail?: string
  /** `PUBLISH_API_KEY` of the server. */
  publishKey?: string
  /** An origin the server allows for CORS. */
  origin?: string
}

export interface Person {
  token: string
  sh: string
  userId: string
  orgId: string
  properties: string[]
}

/** The one answer of the long poll, as far as it is looked at. Nothing of it is trusted before `shape` has seen it. */
export interface PollAnswer {
  v: number
  outcome: string
  cursor: string
  events: {
    seq: number
    eventId: string
    type: string
    topic: string
    orgId: string
    propertyId: string
    mutationId?: string
  }[]
  more: boolean
  gap: { reason: string; missedAtMost: number; refetchAfterMs: number } | null
  retry: { afterMs: number; reason: string }
  auth: { expiresInMs: number; refresh: string }
  drain: boolean
  heldMs: number
}

export interface PollAsk {
  path?: string
  cursor?: string
  wait?: number
  query?: string
  headers?: Record<string, string>
  poller?: string
}

export interface Polled {
  reply: Response
  answer: PollAnswer
  tookMs: number
}

export interface Target {
  options: TargetOptions
  /** A login of its own; the suite ends with it. */
  signIn(email?: string): Promise<Person>
  send(path: string, init?: RequestInit): Promise<Response>
  /** A poll that has to be answered with 200. */
  poll(who: Person, ask?: PollAsk): Promise<Polled>
  pollRaw(who: Person, ask?: PollAsk): Promise<Response>
  /** Makes a task or a transaction; resolves to the id of the write, which its event carries. */
  write(who: Person, what?: Partial<WriteAsk>): Promise<Written>
  /** What an owner can read of the server's bounds; null where it cannot. */
  limits(who: Person): Promise<Record<string, number> | null>
}

export interface WriteAsk {
  topic: 'tasks' | 'finance'
  propertyId: string
  key: string
}

export interface Written {
  key: string
  reply: Response
}

const LONGEST_MS = 70_000
const JSON_BODY = { 'Content-Type': 'application/json' }

export function createTarget(options: TargetOptions): Target {
  const base = options.url.replace(/\/$/, '')
  const send = (path: string, init: RequestInit = {}) =>
    fetch(base + path, { signal: AbortSignal.timeout(LONGEST_MS), redirect: 'manual', ...init })

  function pollRaw(who: Person, ask: PollAsk = {}): Promise<Response> {
    const { path = '/realtime/subscribe', cursor, wait = 0, query = '', headers = {}, poller } = ask
    const all = {
      Authorization: `Bearer ${who.token}`,
      ...(cursor === undefined ? {} : { 'Rt-Cursor': cursor }),
      ...headers,
    }
    return send(`${path}?p=${poller ?? who.sh.slice(0, 8).padEnd(8, 'x')}&wait=${wait}${query}`, {
      headers: all,
    })
  }

  return {
    options,
    send,
    pollRaw,
    async signIn(email = options.email) {
      const reply = await send('/auth/login', {
        method: 'POST',
        headers: { ...JSON_BODY, 'Rt-Client': '1' },
        body: JSON.stringify({ email, password: options.password }),
      })
      if (reply.status !== 200)
        throw new Error(`${email} cannot sign in: ${reply.status} ${await reply.text()}`)
      const login = (await reply.json()) as {
        accessToken: string
        sh: string
        user: { id: string }
        org: { id: string }
        properties: { id: string }[]
      }
      return {
        token: login.accessToken,
        sh: login.sh,
        userId: login.user.id,
        orgId: login.org.id,
        properties: login.properties.map(({ id }) => id),
      }
    },
    async poll(who, ask) {
      const startedAt = performance.now()
      const reply = await pollRaw(who, ask)
      const text = await reply.text()
      if (reply.status !== 200) throw new Error(`a poll was answered with ${reply.status}: ${text}`)
      return { reply, answer: JSON.parse(text) as PollAnswer, tookMs: performance.now() - startedAt }
    },
    async write(who, what = {}) {
      const { topic = 'tasks', propertyId = who.properties[0] ?? '', key = randomUUID() } = what
      const task = { propertyId, title: 'Conformance' }
      const entry = {
        propertyId,
        type: 'expense',
        amountMinor: 1,
        currency: 'USD',
        description: 'Conformance',
        occurredOn: '2026-01-15',
      }
      const reply = await send(topic === 'tasks' ? '/api/tasks' : '/api/finance/transactions', {
        method: 'POST',
        headers: {
          ...JSON_BODY,
          Authorization: `Bearer ${who.token}`,
          'Idempotency-Key': key,
          'Rt-Actor': who.userId,
        },
        body: JSON.stringify(topic === 'tasks' ? task : entry),
      })
      if (reply.status !== 201)
        throw new Error(`a write was answered with ${reply.status}: ${await reply.text()}`)
      return { key, reply }
    },
    async limits(who) {
      const reply = await send('/finance/realtime/metrics', {
        headers: { Authorization: `Bearer ${who.token}` },
      })
      if (reply.status !== 200) return null
      return ((await reply.json()) as { limits: Record<string, number> }).limits
    },
  }
}
