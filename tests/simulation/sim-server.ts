import { composeServer, type Server, type Store } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { readSnapshot } from '../../server/realtime/feed-snapshot.ts'
import { seedDemo } from '../../server/store/demo-data.ts'
import type { LeftFeed } from '../../server/realtime/memory-broker.ts'
import { openStore } from '../../server/store/open-store.ts'
import type { Passwords } from '../../server/session/passwords.ts'
import { TEST_ORIGIN } from '../support/server.ts'
import { createEpochWatch, type Answer } from './epoch-watch.ts'
import { leaveWell } from './leave-well.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Rows of the demo that stay: a page of the list holds all of them and what a run adds. */
const ROWS_KEPT = 20

/** A hash proves nothing here and costs the most. */
const passwords: Passwords = {
  hash: (password) => Promise.resolve(`plain:${password}`),
  matches: (hash, password) => Promise.resolve(hash === `plain:${password}`),
}

export interface SimRequest {
  method: string
  path: string
  headers: Record<string, string>
  body?: string
  cookie: string | null
  signal: AbortSignal
}

/** The real server in process; it can die and come back on the same store with an empty broker, or leave and go on. */
export interface SimServer {
  /** Null while the server is down. */
  request(request: SimRequest): Promise<Response> | null
  /** How many came, of everybody. */
  pollsBegun(): number
  /** Polls that are held or worked on at this moment, by the session that holds them. */
  polls(): ReadonlyMap<string, number>
  crash(): void
  /** As at a deploy: held polls end within so long, the feeds are left to the next process, which begins `awayMs` later. */
  restart(withinMs: number, awayMs: number): Promise<void>
  start(): Promise<void>
  isUp(): boolean
  /** Whose hold has ended is told to come when the next process is there. */
  isLeaving(): boolean
  /** The session of a handle; null when there is none. */
  sidOfHandle(sh: string): Promise<string | null>
  /** Ended, or never begun. */
  isOver(sh: string): Promise<boolean>
  /** Every row of the organisation, by id. */
  rows(orgId: string): Promise<Map<string, number>>
  /** Every row of everybody, by id. */
  entries(): Promise<Map<string, { description: string; createdBy: string; orgId: string }>>
  close(): Promise<void>
}

/** One store for all runs of a process: migrations and demo data cost more than an hour of simulated time. */
let template: Promise<{ store: Store; kept: string[] }> | null = null

async function createTemplate(time: VirtualTime): Promise<{ store: Store; kept: string[] }> {
  const store = await openStore({ databaseUrl: null, dataDir: ':memory:', log: () => {} })
  await seedDemo({ store, clock: time, hashPassword: passwords.hash })
  const rows = await store.db.selectFrom('transactions').select('id').orderBy('id').limit(ROWS_KEPT).execute()
  await store.db.deleteFrom('tasks').execute()
  return { store, kept: rows.map(({ id }) => id) }
}

/** As it was before the first run: nothing that a run does changes the rows that stay. */
async function emptyStore(time: VirtualTime): Promise<Store> {
  template ??= createTemplate(time)
  const { store, kept } = await template
  await store.db.deleteFrom('transactions').where('id', 'not in', kept).execute()
  for (const table of ['sessions', 'sessionAudit', 'idempotency', 'mutations', 'eventOutbox'] as const)
    await store.db.deleteFrom(table).execute()
  return store
}

export async function createSimServer(deps: {
  time: VirtualTime
  random: SeededRandom
  onTwoPolls: (sid: string) => void
  /** Somebody was told of a gap that no crash has made. */
  onGap: (what: string) => void
}): Promise<SimServer> {
  const { time, random, onTwoPolls, onGap } = deps
  const epochs = createEpochWatch()
  const store = await emptyStore(time)
  const { config } = readConfig({})
  const polls = new Map<string, number>()
  let pollsBegun = 0
  /** Timers of a process that has died are not run. */
  let life = 0
  let server: Server | null = null
  /** Ends of the connections that are open. */
  const connections = new Set<() => void>()
  /** What the last process has left on the disk. */
  let onDisk: Buffer | null = null
  let leaving: Promise<void> | null = null

  function cutAll(): void {
    for (const cut of connections) cut()
    connections.clear()
  }

  function takeLeft(): LeftFeed[] {
    const taken = onDisk === null ? 'there is none' : readSnapshot(onDisk, time.now())
    onDisk = null
    return typeof taken === 'string' ? [] : taken
  }

  function compose(): Server {
    const mine = (life += 1)
    const clock = {
      now: time.now,
      monotonicMs: time.now,
      after: (ms: number, fn: () => void) => time.after(ms, () => mine === life && fn()),
    }
    const chance = { ...random, uuid7: () => uuid7(time.now(), random) }
    const secret = 'a secret that only the simulation knows'
    return composeServer({
      config,
      store,
      left: takeLeft(),
      secret,
      passwords,
      assets: new Map(),
      clock,
      random: chance,
      log: () => {},
    })
  }

  async function start(): Promise<void> {
    await leaving
    if (server) return
    server = compose()
    await server.publisher.flush()
  }
  await start()

  async function leave(server: Server, withinMs: number, awayMs: number): Promise<void> {
    const mine = life
    const isAlive = () => mine === life
    const open = () => connections.size
    const feeds = await leaveWell({ server, time, withinMs, awayMs, isAlive, closeDoor, open, cutAll })
    if (!isAlive()) return
    onDisk = feeds
    life += 1
  }

  function closeDoor(): void {
    server = null
  }

  function look(sid: string, cursor: string | undefined, response: Response): void {
    void response
      .clone()
      .json()
      .then((answer: Answer) => epochs.answered(sid, cursor, answer))
      .then((wrong) => wrong !== null && onGap(wrong))
      // What the network has cut short was not told to anybody.
      .catch(() => null)
  }

  async function counted(
    sid: string,
    cursor: string | undefined,
    asked: Promise<Response>,
  ): Promise<Response> {
    pollsBegun += 1
    polls.set(sid, (polls.get(sid) ?? 0) + 1)
    // The one that was held is ended in the same turn.
    setImmediate(() => {
      if ((polls.get(sid) ?? 0) > 1) onTwoPolls(sid)
    })
    try {
      const response = await asked
      look(sid, cursor, response)
      return response
    } finally {
      const left = (polls.get(sid) ?? 1) - 1
      if (left === 0) polls.delete(sid)
      else polls.set(sid, left)
    }
  }

  return {
    polls: () => polls,
    pollsBegun: () => pollsBegun,
    isUp: () => server !== null,
    isLeaving: () => leaving !== null,
    start,
    crash() {
      server = null
      life += 1
      epochs.crashed()
      // It dies in the middle of leaving, and leaves nothing.
      leaving = null
      cutAll()
    },
    async restart(withinMs, awayMs) {
      if (!server || leaving) return
      const mine = leave(server, withinMs, awayMs)
      leaving = mine
      await mine
      if (leaving !== mine) return
      leaving = null
      await new Promise<void>((resolve) => void time.after(awayMs, resolve))
      await start()
    },
    request({ method, path, headers, body, cookie, signal }) {
      if (!server) return null
      const init = { method, signal, ...(body === undefined ? {} : { body }) }
      const all = { ...headers, Origin: TEST_ORIGIN, ...(cookie === null ? {} : { Cookie: cookie }) }
      const { app } = server
      const response = new Promise<Response>((resolve, reject) => {
        const cut = () => reject(new TypeError('The connection was reset.'))
        connections.add(cut)
        Promise.resolve(app.request(TEST_ORIGIN + path, { ...init, headers: all }))
          .then(resolve, reject)
          .finally(() => connections.delete(cut))
      })
      return path.startsWith('/realtime/subscribe')
        ? counted(sidOf(headers['Authorization']), headers['Rt-Cursor'], response)
        : response
    },
    async sidOfHandle(sh) {
      const row = await store.db.selectFrom('sessions').select('sid').where('sh', '=', sh).executeTakeFirst()
      return row?.sid ?? null
    },
    async isOver(sh) {
      const row = await store.db
        .selectFrom('sessions')
        .select('revokedAt')
        .where('sh', '=', sh)
        .executeTakeFirst()
      return row === undefined || row.revokedAt !== null
    },
    async rows(orgId) {
      const rows = await store.db
        .selectFrom('transactions')
        .select(['id', 'rev'])
        .where('orgId', '=', orgId)
        .execute()
      return new Map(rows.map(({ id, rev }) => [id, rev]))
    },
    async entries() {
      const fields = ['id', 'description', 'createdBy', 'orgId'] as const
      const rows = await store.db.selectFrom('transactions').select(fields).execute()
      return new Map(rows.map(({ id, ...row }) => [id, row]))
    },
    async close() {
      server?.realtime.close()
      server?.ops.close()
      server = null
      life += 1
    },
  }
}

/** The session a token speaks for, read and not verified. */
export function sidOf(authorization: string | undefined): string {
  const payload = authorization?.split('.')[1]
  if (payload === undefined) return 'nobody'
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string }).sid
}

function uuid7(ms: number, random: SeededRandom): string {
  const at = ms.toString(16).padStart(12, '0')
  return `${at.slice(0, 8)}-${at.slice(8)}-7${random.uuid().slice(15)}`
}
