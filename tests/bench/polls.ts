import type { LoginAnswer } from '../../worker/wire/session.ts'
import { startPollHost, type PollHost } from './poll-host-process.ts'
import { quantile } from './quantile.ts'
import { openRaw, type RawConnection } from './raw-connection.ts'

const HELD = 1000
const CALLERS = 16
const CALL_MS = 4000
const ROUNDS = 20
const BATCHES = [1, 50]
/** What each poll asks for, of all or of its own kind: with a limit and properties of its own it shares nothing. */
const OWN_LIMITS = 100

type Row = Record<string, string | number>

/** What a poll costs beside a request that passes every middleware, and what sharing one serialisation saves. */
export async function polls({ rounds = ROUNDS, polls: held = HELD }: { rounds?: number; polls?: number }) {
  const host = await startPollHost()
  const { logins = [] } = await host.ask({ t: 'login', count: held + CALLERS + 1 })
  const rows = [
    ...(await answersPerS(host, logins.splice(0, CALLERS + 1))),
    ...(await fanOut(host, logins, rounds)),
  ]
  host.stop()
  return { title: `The bare route, and ${held} held polls of one organisation (medians of ${rounds})`, rows }
}

const bearer = ({ accessToken }: LoginAnswer) => ({ Authorization: `Bearer ${accessToken}` })

/** Answers a second and CPU of the server an answer; measured in turns, so that both meet the same machine. */
async function answersPerS(host: PollHost, logins: LoginAnswer[]): Promise<Row[]> {
  const [first, ...callers] = logins
  const holder = openRaw(host.port)
  if (first) void holder.get('/realtime/subscribe?p=pollerheld&wait=25', bearer(first))
  const connections = callers.map((login) => ({ login, connection: openRaw(host.port) }))
  const totals = { '/healthz': { answers: 0, cpuUs: 0, ms: 0 }, poll: { answers: 0, cpuUs: 0, ms: 0 } }
  for (const kind of ['/healthz', 'poll', '/healthz', 'poll', '/healthz', 'poll'] as const) {
    const path = kind === 'poll' ? '/realtime/subscribe?p=poller0001&wait=0' : kind
    const before = (await host.ask({ t: 'look' })).cpuUs ?? 0
    const startedAt = performance.now()
    const counts = await Promise.all(
      connections.map(async ({ login, connection }) => {
        const headers = kind === 'poll' ? bearer(login) : {}
        let count = 0
        for (; performance.now() - startedAt < CALL_MS / 2; count += 1) await connection.get(path, headers)
        return count
      }),
    )
    const total = totals[kind]
    total.ms += performance.now() - startedAt
    total.answers += counts.reduce((sum, count) => sum + count, 0)
    total.cpuUs += ((await host.ask({ t: 'look' })).cpuUs ?? 0) - before
  }
  for (const { connection } of connections) connection.close()
  holder.close()
  const cost = ({ cpuUs, answers }: (typeof totals)['poll']) => cpuUs / answers
  return Object.entries(totals).map(([name, total]) => ({
    what: name === 'poll' ? 'poll with wait=0, bare route' : `${name}, every middleware`,
    'answers/s': Math.round((total.answers / total.ms) * 1000),
    'server CPU µs an answer': Math.round(cost(total)),
    ratio: Math.round((cost(total) / cost(totals.poll)) * 100) / 100,
  }))
}

/** From the publish to the last of the held polls, shared and each for itself, in turns. */
async function fanOut(host: PollHost, logins: LoginAnswer[], rounds: number): Promise<Row[]> {
  const waiting = logins.map((login) => ({ login, connection: openRaw(host.port) }))
  const rows: Row[] = []
  for (const count of BATCHES) {
    const ms: Record<string, number[]> = { shared: [], own: [] }
    const cpuUs: Record<string, number[]> = { shared: [], own: [] }
    for (let round = 0; round < rounds * 2; round += 1) {
      const kind = round % 2 === 0 ? 'shared' : 'own'
      const answers = waiting.map(({ login, connection }, index) =>
        hold(connection, login, kind === 'own' ? ownQuery(index, login) : ''),
      )
      await allHeld(host, waiting.length)
      const { properties, org } = waiting[0]!.login
      const before = (await host.ask({ t: 'look' })).cpuUs ?? 0
      const startedAt = performance.now()
      const published = host.ask({ t: 'publish', count, orgId: org.id, propertyId: properties[0]!.id })
      await Promise.all(answers)
      ms[kind]?.push(performance.now() - startedAt)
      await published
      cpuUs[kind]?.push(((await host.ask({ t: 'look' })).cpuUs ?? 0) - before)
    }
    for (const [kind, what] of [
      ['shared', 'serialised once'],
      ['own', 'serialised for each'],
    ] as const) {
      rows.push({
        what: `publish to last, ${count} events, ${what}`,
        'ms p50': quantile(ms[kind] ?? [], 0.5),
        'ms p95': quantile(ms[kind] ?? [], 0.95),
        'server CPU µs an answer': Math.round(quantile(cpuUs[kind] ?? [], 0.5) / waiting.length),
        ratio: Math.round((quantile(cpuUs[kind] ?? [], 0.5) / quantile(cpuUs.shared ?? [], 0.5)) * 100) / 100,
      })
    }
  }
  for (const { connection } of waiting) connection.close()
  return rows
}

function hold(connection: RawConnection, login: LoginAnswer, query: string): Promise<string> {
  return connection.get(`/realtime/subscribe?p=poller0001&wait=25${query}`, bearer(login))
}

/** A limit and a set of properties that no other poll has; the first property is in each. */
function ownQuery(index: number, { properties }: LoginAnswer): string {
  const [first, ...others] = properties.map(({ id }) => id)
  const chosen = others.filter((_, bit) => (Math.floor(index / OWN_LIMITS) >> bit) % 2 === 1)
  return `&properties=${[first, ...chosen].join()}&limit=${100 + (index % OWN_LIMITS)}`
}

async function allHeld(host: PollHost, count: number): Promise<void> {
  while (((await host.ask({ t: 'look' })).held ?? 0) < count)
    await new Promise((resolve) => setTimeout(resolve, 20))
}
