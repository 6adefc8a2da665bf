import type { Context } from 'hono'
import type { Kysely } from 'kysely'
import type * as v from 'valibot'
import type { Topic } from '../../worker/wire/event.ts'
import { HEADER } from '../../worker/wire/headers.ts'
import type { Clock, Random } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { HttpProblem } from '../http/problem.ts'
import { checkBody, readJson } from '../http/read-body.ts'
import type { EventPublisher } from '../store/event-publisher.ts'
import type { Store } from '../store/open-store.ts'
import type { Schema } from '../store/schema.ts'
import { keepMutation, type Mutation } from './mutations.ts'
import { createReplays } from './replays.ts'
import { answerOfRefusal, answerOfRow, sendAnswer, type KeptAnswer } from './write-answer.ts'
import { afterOf, keyOf, refuseRetired, requireActor, revOf } from './write-headers.ts'
import { createWriteRecords, fingerprintOf } from './write-records.ts'
import type { Apply, BodyOf, Write, WriteKind, Written } from './write.ts'

export interface Writes {
  /** Answers the request, once however often it comes. Throws the problems of the headers and of `apply`. */
  run<S extends v.GenericSchema | null>(
    c: Context<AppEnv>,
    kind: WriteKind<S>,
    apply: Apply<S>,
  ): Promise<Response>
}

/** What names a write for ever, and when it came. */
type Name = Pick<Mutation, 'orgId' | 'userId' | 'mutationId' | 'fingerprint' | 'at'>

/**
 * The one way a domain is written to. The row, its events, the record of the answer and the mutation are one transaction;
 * the events are published after the commit. A refusal that stays true is recorded as well; what the headers, the schema
 * or a missing right refuse is not: it may be put right under the same key. (draft-ietf-httpapi-idempotency-key-header §2)
 */
export function createWrites(deps: {
  store: Pick<Store, 'db'>
  publisher: Pick<EventPublisher, 'stage' | 'flush'>
  clock: Clock
  random: Pick<Random, 'uuid7'>
  retireDeploysBefore: number
}): Writes {
  const { publisher, clock, random } = deps
  const { db } = deps.store
  const records = createWriteRecords(db)
  const replays = createReplays(db)
  /** Keys being worked on in this process; between processes the primary key of the mutation decides. */
  const inFlight = new Set<string>()

  async function stage(c: Context<AppEnv>, topic: Topic, trx: Kysely<Schema>, name: Name, written: Written) {
    for (const { type, row } of written.events) {
      const eventId = random.uuid7()
      c.set('eventIds', [...(c.get('eventIds') ?? []), eventId])
      await publisher.stage(trx, {
        eventId,
        type,
        topic,
        orgId: name.orgId,
        propertyId: row.propertyId,
        at: clock.now(),
        mutationId: name.mutationId,
        requestId: c.get('requestId'),
        data: row,
      })
    }
  }

  async function answerOnce<S extends v.GenericSchema | null>(
    c: Context<AppEnv>,
    kind: WriteKind<S>,
    write: Omit<Write<BodyOf<S>>, 'trx'>,
    apply: Apply<S>,
    name: Name,
  ): Promise<Response> {
    const { topic } = kind
    const { orgId, userId, mutationId: key, fingerprint, at } = name
    const recordOf = (answer: KeptAnswer) => ({ orgId, userId, key, fingerprint, ...answer, createdAt: at })
    try {
      const answer = await db.transaction().execute(async (trx) => {
        const written = await apply({ ...write, trx })
        const { status, row, before } = written
        const place = { topic, rowId: row.id, rev: row.rev }
        await keepMutation(trx, { ...name, ...place, status, before: JSON.stringify(before) })
        await stage(c, topic, trx, name, written)
        const answer = answerOfRow(written)
        await records.keep(trx, recordOf(answer))
        return answer
      })
      await publisher.flush()
      return sendAnswer(answer)
    } catch (error) {
      const refusal = answerOfRefusal(error, c.get('requestId'))
      if (refusal && (await records.keepIfFirst(recordOf(refusal)))) throw error
      // Another process was faster with the same key. Its write is why ours was refused, and its answer that of both.
      const theirs = await replays.of(write.caller, kind, key, fingerprint)
      if (theirs) return theirs
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
      const seen = [c.req.header('if-match') ?? '', c.req.header(HEADER.after) ?? ''].join(' ').trimEnd()
      const fingerprint = fingerprintOf(method, path, seen, await c.req.text())
      // No turn passes between the look at the set and the entry into it.
      const place = `${caller.userId}|${key}`
      if (inFlight.has(place)) {
        const detail = 'This very write is being worked on. Send it again, with the same key.'
        throw new HttpProblem('in_progress', { detail, retryAfterS: 1 })
      }
      inFlight.add(place)
      try {
        const known = await replays.of(caller, kind, key, fingerprint)
        if (known) return known
        // What was applied is told even to a build that may write no more: its queue must not keep what is done.
        refuseRetired(c, deps.retireDeploysBefore)
        const rev = kind.needsRev ? revOf(c) : 0
        const after = afterOf(c)
        const body = (kind.schema ? checkBody(kind.schema, json) : null) as BodyOf<typeof kind.schema>
        const at = clock.now()
        const name = { orgId: caller.orgId, userId: caller.userId, mutationId: key, fingerprint, at }
        return await answerOnce(c, kind, { caller, body, rev, after, now: at }, apply, name)
      } finally {
        inFlight.delete(place)
      }
    },
  }
}
