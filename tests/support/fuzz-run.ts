import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as v from 'valibot'
import { Problem, PROBLEM_MEDIA_TYPE } from '../../worker/wire/problem.ts'
import { FAILURE_WINDOW_MS } from '../../server/session/login-limit.ts'
import type { Draw } from './draw.ts'
import { createFuzzRequests, type FuzzRequest, type FuzzWorld } from './fuzz-requests.ts'
import { createTestServer, TEST_ORIGIN, type TestServer } from './server.ts'

export interface FuzzFindings {
  requests: number
  /** Answers by status. */
  statuses: Map<number, number>
  /** Answers of 500 and above, and what threw instead of answering. */
  failures: string[]
  /** Refusals that are no problem document. */
  bare: string[]
  heapMb: { start: number; end: number }
}

const PUBLISH_KEY = 'a key that only the fuzzer knows'
const OPERATOR_KEY = 'a key of the operator, for the fuzzer'
/** A run signs people out; so they are signed in again, and what the test itself keeps is let go. */
const ROUND = 2000
/** Caches and tables of the demo have their size by then. */
const WARM_UP = 20_000
const KEPT_MAX = 20

/** Polls are answered at once, and no limit of calls stands before what is to be tried. */
export const FUZZ_ENV = {
  PUBLISH_API_KEY: PUBLISH_KEY,
  OPERATOR_KEY,
  LONG_POLL_TIMEOUT_MS: '100',
  CALLS_PER_S_PER_SESSION: '100000',
  CALLS_PER_S_PER_ORG: '1000000',
  PUBLISH_EVENTS_PER_S: '100000',
  PUBLISH_BYTES_PER_S: '1000000000',
}

export const createFuzzServer = (): Promise<TestServer> => createTestServer({ env: FUZZ_ENV })

export async function fuzzWorldOf(server: TestServer): Promise<FuzzWorld> {
  const [owner, staff] = [await server.login('owner@acme.test'), await server.login('staff1@acme.test')]
  const rows = await server.store.db
    .selectFrom('transactions')
    .select('id')
    .where('orgId', '=', 'acme')
    .limit(20)
    .execute()
  const routes = server.app.routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
  return {
    routes,
    tokens: [owner.token, owner.token, owner.token, staff.token],
    spare: await server.login('staff2@acme.test'),
    ids: [...rows.map(({ id }) => id), 'acme-p1'],
    userId: owner.user.id,
    publishKey: PUBLISH_KEY,
    operatorKey: OPERATOR_KEY,
  }
}

/** Sends so many requests to the app in process, one after another. */
export async function fuzz(server: TestServer, draw: Draw, requests: number): Promise<FuzzFindings> {
  const found: FuzzFindings = {
    requests: 0,
    statuses: new Map(),
    failures: [],
    bare: [],
    heapMb: { start: 0, end: 0 },
  }
  const keep = (list: string[], what: string) => void (list.length < KEPT_MAX ? list.push(what) : undefined)
  let next = createFuzzRequests(draw, await fuzzWorldOf(server))

  while (found.requests < requests) {
    if (found.requests === Math.min(WARM_UP, requests >> 1)) found.heapMb.start = heapMb()
    if (found.requests % ROUND === ROUND - 1) {
      server.lines.length = 0
      await server.clock.advance(FAILURE_WINDOW_MS)
      next = createFuzzRequests(draw, await fuzzWorldOf(server))
    }
    const sent = next()
    const request = requestOf(sent)
    // Not every text is a request: those are for the bytes on a socket.
    if (!request) continue
    found.requests += 1
    try {
      const reply = await server.app.fetch(request)
      found.statuses.set(reply.status, (found.statuses.get(reply.status) ?? 0) + 1)
      const text = await reply.text()
      if (reply.status >= 500)
        keep(found.failures, `${reply.status} ${text} to ${tell(sent)} ${lastError(server)}`)
      else if (reply.status >= 400 && !isProblem(reply, sent.method === 'HEAD' ? null : text))
        keep(found.bare, `${reply.status} ${text.slice(0, 200)} to ${tell(sent)}`)
    } catch (error) {
      keep(found.failures, `${error instanceof Error ? error.stack : String(error)} at ${tell(sent)}`)
    }
  }
  server.lines.length = 0
  found.heapMb.end = heapMb()
  return found
}

function requestOf({ path, method, headers, body }: FuzzRequest): Request | null {
  try {
    return new Request(TEST_ORIGIN + path, { method, headers, ...(body === undefined ? {} : { body }) })
  } catch {
    return null
  }
}

function isProblem(reply: Response, text: string | null): boolean {
  if (reply.headers.get('content-type') !== PROBLEM_MEDIA_TYPE) return false
  if (text === null) return true
  try {
    const body: unknown = JSON.parse(text)
    return (
      v.is(Problem, body) &&
      body.status === reply.status &&
      reply.headers.get('x-request-id') === body.requestId
    )
  } catch {
    return false
  }
}

function lastError(server: TestServer): string {
  return JSON.stringify(server.lines.findLast(({ level }) => level === 'error')?.fields ?? null)
}

const tell = (sent: FuzzRequest) => JSON.stringify(sent).slice(0, 600)

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapMb(): number {
  collect()
  return Math.round((process.memoryUsage().heapUsed / 2 ** 20) * 10) / 10
}
