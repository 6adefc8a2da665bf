import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient, type HttpClient } from './http-client.ts'
import { startPlainPoller } from './plain-poller.ts'
import { startServer } from './server-process.ts'
import { createSteadyWriter, writeOf } from './steady-writer.ts'

export interface CrashPlan {
  times: number
  /** Of one life, at most. */
  writesMax: number
  /** Uniform in [0, 1): decides when each crash comes. */
  fraction: () => number
  main?: string
}

export interface CrashStory {
  crashes: number
  /** Writes the server said it has. */
  written: number
  /** Tries that a crash left without an answer. */
  unanswered: number
  refused: string[]
  /** Written and not in the ledger. */
  lostRows: number
  /** More rows than writes. */
  doubledRows: number
  /** Written, and neither told as an event nor in what was fetched after a gap. */
  lostEvents: number
  /** Told more than once under different ids. */
  doubledEvents: number
  gaps: number
}

/** So many writers of one session write faster than people do. */
const UNLIMITED = { CALLS_PER_S_PER_SESSION: '100000', CALLS_PER_S_PER_ORG: '100000' }
const WRITERS = 8
/** A life is some writes, and then so much longer as one takes: its end falls into any step, however fast the machine. */
const LATER_MAX_MS = 10
const HEARD_WITHIN_MS = 20_000
const LOOK_MS = 100

/** People write, each write again under its key until it is answered, while the server is killed at any moment and started again. */
export async function crashLoop({ times, writesMax, fraction, main }: CrashPlan): Promise<CrashStory> {
  const server = await startServer(UNLIMITED, main)
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity })
  const owner = await createClient(server.url, 'owner@acme.test')
  const fetched = new Set<string>()
  const poller = startPlainPoller({
    url: server.url,
    token: owner.login.accessToken,
    pollerId: 'through-crashes',
    agent,
    onGap: async () => {
      for (const each of await fetchWhileItTakes(owner)) fetched.add(each)
    },
  })
  try {
    await poller.begun
    let isWriting = true
    const writer = createSteadyWriter({ url: server.url, login: owner.login, agent })
    const writing = Array.from({ length: WRITERS }, async (_, n) => {
      const { properties } = owner.login
      while (isWriting) await writer.write(properties[n % properties.length]!.id)
    })
    for (let n = 0; n < times; n += 1) {
      const enough = writer.written.size + 1 + fraction() * writesMax
      while (writer.written.size < enough) await pause(1)
      await pause(fraction() * LATER_MAX_MS)
      await server.stop('SIGKILL')
      await server.restart()
    }
    isWriting = false
    await Promise.all(writing)

    const written = [...writer.written.keys()]
    const heard = () => new Set([...poller.story.events.map(writeOf), ...fetched])
    const unheard = () => {
      const all = heard()
      return written.filter((each) => !all.has(each)).length
    }
    for (const endsAt = Date.now() + HEARD_WITHIN_MS; unheard() > 0 && Date.now() < endsAt;)
      await pause(LOOK_MS)
    const rows = await fetchWrites(owner)
    const there = new Set(rows)
    const told = poller.story.events.map(writeOf)
    return {
      crashes: times,
      written: written.length,
      unanswered: writer.unanswered.length,
      refused: writer.refused,
      lostRows: written.filter((each) => !there.has(each)).length,
      doubledRows: rows.length - there.size,
      lostEvents: unheard(),
      doubledEvents: told.length - new Set(told).size,
      gaps: poller.story.gaps.length,
    }
  } finally {
    await poller.stop()
    agent.destroy()
    await server.dispose()
  }
}

/** What was written, of every page of the ledger. */
async function fetchWrites(owner: HttpClient): Promise<string[]> {
  const found: string[] = []
  const today = new Date().toISOString().slice(0, 10)
  for (let after: string | null = ''; after !== null;) {
    const mark: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`
    const reply = await owner.get(`/api/finance/transactions?limit=200&from=${today}${mark}`)
    if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`)
    const page = (await reply.json()) as { rows: { description: string }[]; next: string | null }
    found.push(...page.rows.map(({ description }) => description))
    after = page.next
  }
  return found.filter((each) => each.startsWith('Soap '))
}

async function fetchWhileItTakes(owner: HttpClient): Promise<string[]> {
  for (;;) {
    try {
      return await fetchWrites(owner)
    } catch {
      await pause(LOOK_MS)
    }
  }
}
