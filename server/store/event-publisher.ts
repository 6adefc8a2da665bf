import { sql, type Kysely } from 'kysely'
import type { NewEvent } from '../../worker/wire/event.ts'
import type { Clock, Log } from '../deps.ts'
import type { Broker } from '../realtime/broker.ts'
import type { Store } from './open-store.ts'
import type { Schema } from './schema.ts'

const BATCH_ROWS_MAX = 200
const RETRY_FIRST_MS = 500
const RETRY_MAX_MS = 30_000
/** Tells our advisory locks from those of others in the same database; any number would do. */
const ORDER_LOCK = 7_233

export interface EventPublisher {
  /** Writes the event down in the transaction of the row it speaks of. */
  stage(trx: Kysely<Schema>, event: NewEvent): Promise<void>
  /**
   * Publishes what was written down, in the order of the commits, and forgets what the broker has taken. Never rejects:
   * what could not be published stays and goes again later. To be called after a commit, and once at the start for what
   * a crash has left.
   */
  flush(): Promise<void>
  /** Lets the round under way end; what is left goes out at the next start. */
  close(): Promise<void>
}

/**
 * The transactional outbox: a crash between commit and publish loses nothing, and an event of a transaction that was
 * rolled back is never heard. A crash between publish and delete publishes again; the broker knows the eventId.
 */
export function createEventPublisher(deps: {
  store: Pick<Store, 'db' | 'dialect'>
  broker: Pick<Broker, 'publish'>
  clock: Clock
  log: Log
}): EventPublisher {
  const { broker, clock, log } = deps
  const { db, dialect } = deps.store
  let underWay: Promise<void> | null = null
  let wanted = false
  let failures = 0
  let cancelRetry: (() => void) | null = null
  let closed = false

  /** Publishes the oldest; false when there is nothing left. */
  async function publishSome(): Promise<boolean> {
    const rows = await db
      .selectFrom('eventOutbox')
      .selectAll()
      .orderBy('position')
      .limit(BATCH_ROWS_MAX)
      .execute()
    for (const [orgId, own] of groupByOrg(rows)) {
      await broker.publish(
        orgId,
        own.map((row) => JSON.parse(row.event) as NewEvent),
      )
      await db
        .deleteFrom('eventOutbox')
        .where(
          'position',
          'in',
          own.map((row) => row.position),
        )
        .execute()
    }
    return rows.length > 0
  }

  async function run(): Promise<void> {
    try {
      while (wanted && !closed) {
        wanted = false
        while (await publishSome());
        failures = 0
      }
    } catch (error) {
      retryLater(error)
    } finally {
      underWay = null
    }
  }

  function retryLater(error: unknown): void {
    if (closed) return
    const waitMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures)
    failures += 1
    log('warn', 'Events could not be published; they wait in the store.', { error: String(error), waitMs })
    cancelRetry?.()
    cancelRetry = clock.after(waitMs, () => void flush())
  }

  async function flush(): Promise<void> {
    wanted = true
    // Who asks while a run is under way is served by its next round: its rows may have come after the last look.
    underWay ??= run()
    await underWay
  }

  return {
    async stage(trx, event) {
      // A position is drawn before the commit: without this, PostgreSQL could commit a higher one first, and the feed
      // would tell it first. One writer of an organisation at a time, from its first event to its commit.
      if (dialect === 'postgres')
        await sql`select pg_advisory_xact_lock(${ORDER_LOCK}::int, hashtext(${event.orgId}))`.execute(trx)
      await trx
        .insertInto('eventOutbox')
        .values({ id: event.eventId, orgId: event.orgId, event: JSON.stringify(event), createdAt: event.at })
        .execute()
    },
    flush,
    async close() {
      await underWay
      closed = true
      cancelRetry?.()
    },
  }
}

function groupByOrg<T extends { orgId: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) groups.set(row.orgId, [...(groups.get(row.orgId) ?? []), row])
  return groups
}
