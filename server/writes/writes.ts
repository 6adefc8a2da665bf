import type { Context } from 'hono'
import type { Kysely } from 'kysely'
import type * as v from 'valibot'
import type { Topic } from '../../worker/wire/event.ts'
import type { Clock, Log, Random } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { HttpProblem } from '../http/problem.ts'
import { checkBody, readJson } from '../http/read-body.ts'
import type { EventPublisher } from '../store/event-publisher.ts'
import type { Store } from '../store/open-store.ts'
import type { Schema } from '../store/schema.ts'
import { answerOfRefusal, answerOfRow, replay, sendAnswer, type KeptAnswer } from './write-answer.ts'
import { keyOf, requireActor, revOf } from './write-headers.ts'
import { createWriteRecords, fingerprintOf, type WriteRecord } from './write-records.ts'
import type { Apply, BodyOf, Write, WriteKind, Written } from './write.ts'

export interface Writes {
  /** Answers the request, once however often it comes. Throws the problems of the headers and of `apply`. */
  run<S extends v.GenericSchema | null>(
    c: Context<AppEnv>,
    kind: WriteKind<S>,
    apply: Apply<S>,
  ): Promise<Response>
}

/**
 * The one way a domain is written to. The row, its events and the record of the answer are one transaction; the events are
 * published after the commit. A refusal of the domain is recorded too: a second copy of a request that was refused must
 * not be applied once its cause is gone, when nobody expects it any more. What the headers or the schema refuse is not:
 * the caller may put it right under the same key. (draft-ietf-httpapi-idempotency-key-header §2)
 */
export function createWrites(deps: {
  store: Pick<Store, 'db'>
  publisher: Pick<EventPublisher, 'stage' | 'flush'>
  clock: Clock
  random: Pick<Random, 'uuid7'>
  log: Log
}): Writes {
  const { publisher, clock, random, log } = deps
  const { db } = deps.store
  const records = createWriteRecords(db, clock)
  /** Keys being worked on in this process; between processes the record's primary key decides. */
  const inFlight = new Set<string>()

  async function stage(c: Context<AppEnv>, topic: Topic, trx: Kysely<Schema>, key: string, written: Written) {
    for (const { type, row } of written.events) {
      const eventId = random.uuid7()
      c.set('eventIds', [...(c.get('eventIds') ?? []), eventId])
      await publisher.stage(trx, {
        eventId,
        type,
        topic,
        orgId: c.get('caller').orgId,
        propertyId: row.propertyId,
        at: clock.now(),
        mutationId: key,
        requestId: c.get('requestId'),
        data: row,
      })
    }
  }

  async function answerOnce<S extends v.GenericSchema | null>(
    c: Context<AppEnv>,
    topic: Topic,
    write: Omit<Write<BodyOf<S>>, 'trx'>,
    apply: Apply<S>,
    recordOf: (answer: KeptAnswer) => WriteRecord,
  ): Promise<Response> {
    try {
      const answer = await db.transaction().execute(async (trx) => {
        const written = await apply({ ...write, trx })
        const record = recordOf(answerOfRow(written))
        await stage(c, topic, trx, record.key, written)
        await records.keep(trx, record)
        return record
      })
      await publisher.flush()
      return sendAnswer(answer)
    } catch (error) {
      const refusal = answerOfRefusal(error, c.get('requestId'))
      if (refusal && (await records.keepIfFirst(recordOf(refusal)))) throw error
      // Another process was faster with the same key. Its record is why ours was refused, and the answer to both.
      const own = recordOf({ status: 0, body: '', etag: null })
      const theirs = await records.find(own)
      if (theirs) return replay(theirs, own.fingerprint)
      throw error
    }
  }

  return {
    async run(c, kind, apply) {
      const json = kind.schema ? await readJson(c) : null
      const key = keyOf(c)
      requireActor(c)
      const caller = c.get('caller')
      const { method, path } = c.req
      const name = { orgId: caller.orgId, userId: caller.userId, key }
      const fingerprint = fingerprintOf(method, path, c.req.header('if-match') ?? '', await c.req.text())
      const known = await records.find(name)
      if (known) return replay(known, fingerprint)
      // No turn passes between the look at the set and the entry into it.
      const place = `${caller.userId}|${key}`
      if (inFlight.has(place)) {
        const detail = 'This very write is being worked on. Send it again, with the same key.'
        throw new HttpProblem('in_progress', { detail, retryAfterS: 1 })
      }
      inFlight.add(place)
      try {
        const rev = kind.needsRev ? revOf(c) : 0
        const body = (kind.schema ? checkBody(kind.schema, json) : null) as BodyOf<typeof kind.schema>
        const now = clock.now()
        const recordOf = (answer: KeptAnswer) => ({ ...name, fingerprint, ...answer, createdAt: now })
        return await answerOnce(c, kind.topic, { caller, body, rev, now }, apply, recordOf)
      } finally {
        inFlight.delete(place)
        records.sweep().catch((error: unknown) => log('warn', 'Old records stay.', { error: String(error) }))
      }
    },
  }
}
