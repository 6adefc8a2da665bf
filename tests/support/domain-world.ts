import type { EventEnvelope } from '../../worker/wire/event.ts'
import { systemRandom } from '../../server/node-deps.ts'
import { createPasswords } from '../../server/session/passwords.ts'
import { SWEEP_INTERVAL_MS, SWEEP_PAUSE_MS } from '../../server/writes/record-sweep.ts'
import { RECORDS_KEPT_MS } from '../../server/writes/write-records.ts'
import { seedDemo } from '../../server/store/demo-data.ts'
import { createTestServer, type TestLogin, type TestServer } from './server.ts'
import { openTestStore } from './test-store.ts'
import { createVirtualClock } from './virtual-clock.ts'

const ALL = { events: 1000, bytes: 10_000_000 }

export interface TestWrite {
  json?: unknown
  rev?: number
  key?: string
  /** Null leaves a header out. */
  headers?: Record<string, string | null>
  /** Another process on the same store. */
  at?: TestServer
}

/** Somebody signed in, and what they send. */
export interface Member {
  id: string
  login: TestLogin
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** With a fresh key and the member's own id, unless told otherwise. */
  write(method: 'POST' | 'PATCH' | 'DELETE', path: string, init?: TestWrite): Promise<Response>
}

export interface DomainWorld {
  server: TestServer
  member(name: string): Promise<Member>
  /** What the organisation's feed tells of everything `act` does. */
  eventsOf(orgId: string, act: () => Promise<unknown>): Promise<EventEnvelope[]>
  /** Time passes until no answer given so far is kept any more. Everybody has to sign in again. */
  outliveRecords(): Promise<void>
  close(): Promise<void>
}

/** The real server with demo data, and people who read and write rows there. */
export async function createDomainWorld(): Promise<DomainWorld> {
  const { store, drop } = await openTestStore()
  const clock = createVirtualClock()
  const { hash } = createPasswords({ memoryKib: 8, passes: 1, lanes: 1 })
  await seedDemo({ store, clock, hashPassword: hash })
  const server = await createTestServer({ beside: { store, clock } })

  return {
    server,
    member: async (name) => memberOf(server, await server.login(name)),
    async eventsOf(orgId, act) {
      const { epoch, last } = await server.broker.position(orgId)
      await act()
      const read = await server.broker.read(orgId, { epoch, seq: last }, ALL)
      if (read.kind === 'gap') throw new Error('The feed lost what it was asked for.')
      return read.events
    },
    async outliveRecords() {
      const { db } = store
      // Six weeks of this clock would be tens of thousands of other timers: the records are made older instead.
      await db
        .updateTable('idempotency')
        .set((eb) => ({ createdAt: eb('createdAt', '-', RECORDS_KEPT_MS) }))
        .execute()
      const kept = () => db.selectFrom('idempotency').select('key').limit(1).execute()
      await clock.advance(SWEEP_INTERVAL_MS)
      // A step that waits for a store elsewhere sets its next timer only when it is over.
      for (let round = 0; (await kept()).length > 0; round += 1) {
        if (round === 1000) throw new Error('The sweep does not come to an end.')
        await clock.advance(SWEEP_PAUSE_MS)
      }
    },
    async close() {
      await server.close()
      await drop()
    },
  }
}

function memberOf(server: TestServer, login: TestLogin): Member {
  const { token } = login
  const { id } = login.user
  return {
    id,
    login,
    get: (path, headers = {}) => server.request(path, { token, headers }),
    write(method, path, { json, rev, key = systemRandom.uuid7(), headers = {}, at = server } = {}) {
      const all: Record<string, string | null> = {
        'Idempotency-Key': key,
        'Rt-Actor': id,
        ...(rev === undefined ? {} : { 'If-Match': `"${rev}"` }),
        ...headers,
      }
      const sent = Object.entries(all).filter((header): header is [string, string] => header[1] !== null)
      const body = json === undefined ? {} : { json }
      return at.request(path, { method, token, headers: Object.fromEntries(sent), ...body })
    },
  }
}
