import type { Context } from 'hono'
import type { Kysely } from 'kysely'
import type * as v from 'valibot'
import type { NewEvent, Topic, EventType } from '../../worker/wire/event.ts'
import { HEADER } from '../../worker/wire/headers.ts'
import type { Clock, Log, Random } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { HttpProblem } from '../http/problem.ts'
import { readBody } from '../http/read-body.ts'
import type { Caller } from '../session/caller.ts'
import type { EventPublisher } from '../store/event-publisher.ts'
import type { Store } from '../store/open-store.ts'
import type { Schema } from '../store/schema.ts'
import { keyOf, requireActor, revOf } from './write-headers.ts'
import { createWriteRecords, fingerprintOf, type WriteName, type WriteRecord } from './write-records.ts'

/** A row of a domain, as far as every write knows it. */
export interface WrittenRow {
  rev: number
  propertyId: string
}

/** What a domain's function is given: everything inside the one transaction of this write. */
export interface Write<Body> {
  trx: Kysely<Schema>
  caller: Caller
  body: Body
  /** Of `If-Match`; 0 where the write needs none. */
  rev: number
  now: number
}

/** What it answers: the row as it is now, and what is to be told of it. */
export interface Written {
  status: 200 | 201
  row: WrittenRow
  events: { type: EventType; row: WrittenRow }[]
}

export interface WriteKind<S extends v.GenericSchema | null> {
  topic: Topic
  /** Null: the write has no body. */
  schema: S
  /** The write changes a row, so it says which rev it saw. */
  needsRev: boolean
}

type BodyOf<S> = S extends v.GenericSchema ? v.InferOutput<S> : null

export interface Writes {
  run<S extends v.GenericSchema | null>(
    c: Context<AppEnv>,
    kind: WriteKind<S>,
    apply: (write: Write<BodyOf<S>>) => Promise<Written>,
  ): Promise<Response>
}

/**
 * The one way a domain is written to. The row, its event and the record of the answer are one transaction; the event is
 * published after the commit. Only what was applied is recorded: a refusal applied nothing, and the same key may be tried
 * again when its cause is gone. (draft-ietf-httpapi-idempotency-key-header §2)
 */
export function createWrites(deps: {
  store: Pick<Store, 'db'>
  publisher: EventPublisher
  clock: Clock
  random: Pick<Random, 'uuid7'>
  log: Log
}): Writes {
  const { publisher, clock, random, log } = deps
  const { db } = deps.store
  const records = createWriteRecords(db, clock)
  /** Keys being worked on in this process; between processes the record's primary key decides. */
  const inFlight = new Set<string>()

  async function stage(trx: Kysely<Schema>, c: Context<AppEnv>, topic: Topic, key: string, written: Written) {
    for (const { type, row } of written.events) {
      const event: NewEvent = {
        eventId: random.uuid7(),
        type,
        topic,
        orgId: c.get('caller').orgId,
        propertyId: row.propertyId,
        at: clock.now(),
        mutationId: key,
        requestId: c.get('requestId'),
        data: row,
      }
      await publisher.stage(trx, event)
    }
  }

  async function applied<S extends v.GenericSchema | null>(
    c: Context<AppEnv>,
    kind: WriteKind<S>,
    apply: (write: Write<BodyOf<S>>) => Promise<Written>,
    name: WriteName,
    fingerprint: string,
  ): Promise<Response> {
    const known = await records.find(name)
    if (known) return replayed(known, fingerprint)
    const rev = kind.needsRev ? revOf(c) : 0
    const body = (kind.schema ? await readBody(c, kind.schema) : null) as BodyOf<S>
    const record = await db
      .transaction()
      .execute(async (trx): Promise<WriteRecord> => {
        const now = clock.now()
        const written = await apply({ trx, caller: c.get('caller'), body, rev, now })
        await stage(trx, c, kind.topic, name.key, written)
        const { status, row } = written
        const record = {
          ...name,
          fingerprint,
          status,
          body: JSON.stringify(row),
          etag: `"${row.rev}"`,
          createdAt: now,
        }
        await records.keep(trx, record)
        return record
      })
      .catch(async (error: unknown) => {
        // Another process was faster with the same key: its record is why ours was refused.
        const theirs = error instanceof HttpProblem ? undefined : await records.find(name)
        if (theirs) return theirs
        throw error
      })
    await publisher.flush()
    return answer(record, {})
  }

  return {
    async run(c, kind, apply) {
      const key = keyOf(c)
      requireActor(c)
      const { orgId, userId } = c.get('caller')
      const { method, path } = c.req
      const fingerprint = fingerprintOf(method, path, c.req.header('if-match') ?? '', await c.req.text())
      const place = `${userId}|${key}`
      if (inFlight.has(place)) {
        const detail = 'This very write is being worked on. Send it again, with the same key.'
        throw new HttpProblem('in_progress', { detail, retryAfterS: 1 })
      }
      inFlight.add(place)
      try {
        return await applied(c, kind, apply, { orgId, userId, key }, fingerprint)
      } finally {
        inFlight.delete(place)
        records.sweep().catch((error: unknown) => log('warn', 'Old records stay.', { error: String(error) }))
      }
    },
  }
}

function replayed(record: WriteRecord, fingerprint: string): Response {
  if (record.fingerprint === fingerprint) return answer(record, { [HEADER.idempotencyReplayed]: 'true' })
  const detail = 'This key was used for another write. A new write needs a new key.'
  throw new HttpProblem('key_reused', { detail })
}

function answer({ status, body, etag }: WriteRecord, headers: Record<string, string>): Response {
  return new Response(body, {
    status,
    headers: { 'Content-Type': 'application/json', ...(etag === null ? {} : { ETag: etag }), ...headers },
  })
}
