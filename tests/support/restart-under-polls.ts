import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../server/node-deps.ts'
import { createAccessTokens } from '../../server/session/access-tokens.ts'
import { createKeyring } from '../../server/session/keys.ts'
import { createClient, type HttpClient } from './http-client.ts'
import { startPlainPoller, type PlainPoller } from './plain-poller.ts'
import { startServer, type ServerProcess } from './server-process.ts'
import { createSteadyWriter, writeOf } from './steady-writer.ts'

const SECRET = 'a secret of one restart, and of no other'
const OWNERS = ['owner@acme.test', 'owner@globex.test'] as const
/** Of an organisation's five properties those where something happens all the time; in the others nothing does. */
const BUSY_PROPERTIES = 2
const HEARD_WITHIN_MS = 60_000
const LOOK_MS = 100
const HELD_WITHIN_MS = 3000
const NEARLY_ALL = 0.99

export interface RestartPlan {
  polls: number
  holdMs: number
  restartMs: number
  /** Between two writes of one organisation. */
  writeEveryMs: number
  main?: string
}

export interface RestartStory {
  held: number
  drainMs: number
  awayMs: number
  /** Polls that were not answered, and answers that were no success. */
  failed: string[]
  /** Tries to write while nobody listened, each followed by another. */
  writesUnanswered: number
  written: number
  lost: number
  doubled: number
  /** Polls that a server which stays would not have had: they ended before their time, with nothing. */
  extra: number
  gaps: number
  resent: number
  /** For how long pollers heard nothing, ms, longest hold included. */
  silences: number[]
}

/**
 * A deploy at noon: a server with held polls and people who write is told to leave, and is started again on the same port
 * and folder. Half of the polls hear something all the time, half have nothing to hear until it is back.
 */
export async function restartUnderPolls(plan: RestartPlan): Promise<RestartStory> {
  const { holdMs, restartMs, main } = plan
  const variables = {
    AUTH_SECRET: SECRET,
    LONG_POLL_TIMEOUT_MS: String(holdMs),
    DRAIN_MS: String(holdMs),
    RESTART_MS: String(restartMs),
  }
  const server = await startServer(variables, main)
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity })
  const owners = await Promise.all(OWNERS.map((email) => createClient(server.url, email)))
  const pollers = await startFleet(plan, server, owners, agent)
  try {
    return await play(plan, server, owners, pollers, agent)
  } finally {
    await Promise.all(pollers.map(({ poller }) => poller.stop()))
    agent.destroy()
    await server.dispose()
  }
}

interface FleetPoller {
  propertyId: string
  poller: PlainPoller
}

/** Sessions of one property each, begun over a whole hold: their polls end at all times. */
async function startFleet(
  { polls, holdMs }: RestartPlan,
  { url }: ServerProcess,
  owners: readonly HttpClient[],
  agent: Agent,
): Promise<FleetPoller[]> {
  const tokens = createAccessTokens({ keyring: createKeyring(SECRET), clock: systemClock })
  const places = owners.flatMap(({ login }) =>
    login.properties.map(({ id }) => ({ org: login.org.id, propertyId: id })),
  )
  // Shortened by a tenth at most, and rounded to a grid of a quarter of a second; twice, for where the grid begins.
  const shortestHoldMs = holdMs * 0.9 - 500
  const exp = Math.floor(Date.now() / 1000) + 3600
  const startedAt = Date.now()
  const fleet: FleetPoller[] = []
  for (let n = 0; n < polls; n += 1) {
    const { org, propertyId } = places[n % places.length]!
    const claims = {
      sub: `u${n}`,
      org,
      sid: `s${n}`,
      role: 'staff' as const,
      props: [propertyId],
      ctr: 1,
      exp,
    }
    const token = await tokens.sign(claims)
    const pollerId = `poller-${String(n).padStart(8, '0')}`
    fleet.push({ propertyId, poller: startPlainPoller({ url, token, pollerId, agent, shortestHoldMs }) })
    const dueMs = startedAt + (holdMs * n) / polls - Date.now()
    if (dueMs > 0) await pause(dueMs)
  }
  await Promise.all(fleet.map(({ poller }) => poller.begun))
  return fleet
}

async function play(
  { writeEveryMs, polls }: RestartPlan,
  server: ServerProcess,
  owners: readonly HttpClient[],
  fleet: readonly FleetPoller[],
  agent: Agent,
): Promise<RestartStory> {
  let isWriting = true
  const writers = owners.map(({ login }) => createSteadyWriter({ url: server.url, login, agent }))
  const busy = writers.map(async ({ write }, index) => {
    const { properties } = owners[index]!.login
    for (let n = 0; isWriting; n += 1) {
      await write(properties[n % BUSY_PROPERTIES]!.id)
      await pause(writeEveryMs)
    }
  })
  await pause(2 * writeEveryMs)
  // Just after an event those it was told to are on their way: the moment meant is one with nearly all of them held.
  const triesEndAt = Date.now() + HELD_WITHIN_MS
  let held = await waitersAt(owners[0]!)
  while (held < NEARLY_ALL * polls && Date.now() < triesEndAt) held = await waitersAt(owners[0]!)
  const leftAt = Date.now()
  await server.stop('SIGTERM')
  const endedAt = Date.now()
  await server.restart()
  const backAt = Date.now()

  // What happens where nothing has happened yet shows that the quiet ones still stand where they stood.
  await until(() => fleet.every(({ poller }) => poller.story.sentAt >= backAt))
  isWriting = false
  await Promise.all(busy)
  await Promise.all(writers.map(({ write }, index) => writeEverywhere(write, owners[index]!)))
  const written = new Map(writers.flatMap((writer) => [...writer.written]))
  const missing = () =>
    fleet.reduce((sum, { propertyId, poller }) => sum + missedBy(poller, propertyId, written), 0)
  await until(() => missing() === 0).catch(() => {})

  const stories = fleet.map(({ poller }) => poller.story)
  const sum = (count: (story: PlainPoller['story']) => number) =>
    stories.reduce((all, story) => all + count(story), 0)
  return {
    held: Math.min(held, polls),
    drainMs: endedAt - leftAt,
    awayMs: backAt - endedAt,
    failed: [...stories.flatMap(({ failures }) => failures), ...writers.flatMap(({ refused }) => refused)],
    writesUnanswered: writers.reduce((all, { unanswered }) => all + unanswered.length, 0),
    written: written.size,
    lost: missing(),
    doubled: sum(({ events }) => events.length - new Set(events.map(writeOf)).size),
    extra: sum(({ cut }) => cut),
    gaps: sum(({ gaps }) => gaps.length),
    resent: sum(({ resent }) => resent),
    silences: stories.map(({ longestMs }) => longestMs),
  }
}

function missedBy({ story }: PlainPoller, propertyId: string, written: ReadonlyMap<string, string>): number {
  const heard = new Set(story.events.map(writeOf))
  return [...written].filter(([write, place]) => place === propertyId && !heard.has(write)).length
}

async function writeEverywhere(write: (id: string) => Promise<void>, { login }: HttpClient): Promise<void> {
  for (const { id } of login.properties) await write(id)
}

async function waitersAt(owner: HttpClient): Promise<number> {
  const reply = await owner.get('/finance/realtime/metrics')
  return ((await reply.json()) as { waiters: { total: number } }).waiters.total
}

async function until(isSo: () => boolean): Promise<void> {
  const endsAt = Date.now() + HEARD_WITHIN_MS
  while (!isSo()) {
    if (Date.now() > endsAt) throw new Error('It never came to be.')
    await pause(LOOK_MS)
  }
}
