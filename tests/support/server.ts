import type { LoginAnswer } from '../../worker/wire/session.ts'
import { composeServer, type Server, type Store } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import type { LogLevel } from '../../server/deps.ts'
import { systemRandom } from '../../server/node-deps.ts'
import { createPasswords } from '../../server/session/passwords.ts'
import type { Assets } from '../../server/static/assets.ts'
import { seedDemo } from '../../server/store/demo-data.ts'
import { openStore } from '../../server/store/open-store.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

export const DEMO_PASSWORD = 'standpipe-demo'
export const TEST_ORIGIN = 'http://localhost:4000'
export const TEST_SECRET = 'a secret that only tests know'
/** The least that argon2 takes: a login of a test proves nothing about its cost. */
const CHEAP = { memoryKib: 8, passes: 1, lanes: 1 }

export interface TestRequest {
  method?: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  json?: unknown
  body?: string
  /** Access token. */
  token?: string
  /** `name=value`, as a browser sends it back. */
  cookie?: string
  signal?: AbortSignal
}

export interface TestLogin extends LoginAnswer {
  token: string
  /** `name=value` of the refresh cookie. */
  cookie: string
}

export interface LogEntry {
  level: LogLevel
  message: string
  fields: Record<string, unknown>
}

export interface TestServer extends Server {
  store: Store
  clock: VirtualClock
  /** Every log line so far. */
  lines: LogEntry[]
  request(path: string, init?: TestRequest): Promise<Response>
  /** Signs a demo user in, as a page of the app does. */
  login(email?: string): Promise<TestLogin>
  close(): Promise<void>
}

/**
 * The real server in process: everything but sockets, with an embedded store in memory, demo data and a clock that only
 * moves when a test moves it.
 *
 * @param options.env variables of the configuration, as an operator sets them
 */
export async function createTestServer(
  options: {
    env?: Record<string, string>
    assets?: Assets
    seed?: boolean
    /** Another process on the same store, or the same one after a restart. */
    beside?: Pick<TestServer, 'store' | 'clock'>
    /** In place of the tests' own. */
    secret?: string
    hashSecret?: string
  } = {},
): Promise<TestServer> {
  const { config } = readConfig(options.env ?? {})
  const clock = options.beside?.clock ?? createVirtualClock()
  const lines: LogEntry[] = []
  const log = (level: LogLevel, message: string, fields: Record<string, unknown> = {}) =>
    void lines.push({ level, message, fields })
  const passwords = createPasswords(CHEAP)
  const store = options.beside?.store ?? (await openStore({ databaseUrl: null, dataDir: ':memory:', log }))
  if (options.seed !== false && !options.beside)
    await seedDemo({ store, clock, hashPassword: passwords.hash })
  const assets: Assets = options.assets ?? new Map()
  const secret = options.secret ?? TEST_SECRET
  const { hashSecret = secret } = options
  const deps = { config, store, secret, hashSecret, passwords, assets, clock, random: systemRandom, log }
  const server = composeServer(deps)

  async function request(path: string, init: TestRequest = {}): Promise<Response> {
    const { token, cookie, json, headers, ...rest } = init
    return server.app.request(TEST_ORIGIN + path, {
      ...rest,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      headers: {
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(cookie === undefined ? {} : { Cookie: cookie }),
        ...headers,
      },
    })
  }

  async function login(email = 'owner@acme.test'): Promise<TestLogin> {
    const headers = { 'Rt-Client': '1', Origin: TEST_ORIGIN }
    const reply = await request('/auth/login', {
      method: 'POST',
      headers,
      json: { email, password: DEMO_PASSWORD },
    })
    if (reply.status !== 200)
      throw new Error(`${email} could not sign in: ${reply.status} ${await reply.text()}`)
    const answer = (await reply.json()) as LoginAnswer
    return { ...answer, token: answer.accessToken, cookie: cookieOf(reply) ?? '' }
  }

  return {
    ...server,
    store,
    clock,
    lines,
    request,
    login,
    async close() {
      await server.realtime.drain({ withinMs: 0, awayMs: 0 })
      await server.session.settled()
      server.ops.close()
      await server.sweep.close()
      await server.publisher.close()
      server.realtime.close()
      await server.broker.close()
      if (!options.beside) await store.close()
    },
  }
}

/** `name=value` of the cookie a reply sets; null when it sets none. */
export function cookieOf(reply: Response): string | null {
  return reply.headers.getSetCookie()[0]?.split(';')[0] ?? null
}
