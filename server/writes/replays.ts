import { sql, type Kysely } from 'kysely'
import type * as v from 'valibot'
import type { GoneRow } from '../../worker/wire/gone-row.ts'
import { HEADER, HEADER_MARK } from '../../worker/wire/headers.ts'
import { HttpProblem } from '../http/problem.ts'
import type { Caller } from '../session/caller.ts'
import type { Schema } from '../store/schema.ts'
import { etagOf, sendAnswer, type KeptAnswer } from './write-answer.ts'
import type { WriteKind } from './write.ts'
import type { WriteName } from './write-records.ts'

const REPLAYED = { [HEADER.idempotencyReplayed]: 'true' }

type Kind = Pick<WriteKind<v.GenericSchema | null>, 'read'>

export interface Replays {
  /**
   * The answer to a key that was used before; null when it was not. Nothing is applied, and so no right is asked for.
   * Throws `key_reused` when it was used for another request.
   */
  of(caller: Caller, kind: Kind, key: string, fingerprint: string): Promise<Response | null>
}

/**
 * The record says the first answer again as long as it is kept. After that the mutation still knows that the write was
 * applied, and the answer is the row as it is by then: it is never applied again, however late it comes.
 */
export function createReplays(db: Kysely<Schema>): Replays {
  /** A refusal is what it was; but who has to decide is shown the row as it is now. */
  async function refusedAgain(answer: KeptAnswer, caller: Caller, kind: Kind): Promise<Response> {
    const problem = JSON.parse(answer.body) as { current?: { id: string } }
    const current = problem.current && (await kind.read(db, caller, problem.current.id))
    return sendAnswer(
      current ? { ...answer, body: JSON.stringify({ ...problem, current }) } : answer,
      REPLAYED,
    )
  }

  async function appliedLongAgo(
    made: GoneRow,
    status: number,
    caller: Caller,
    kind: Kind,
  ): Promise<Response> {
    const row = await kind.read(db, caller, made.id)
    const answer = { status, body: JSON.stringify(row ?? made), etag: row ? etagOf(row.rev) : null }
    const gone = row ? {} : { [HEADER.gone]: HEADER_MARK }
    return sendAnswer({ ...answer, merged: 0 }, { ...REPLAYED, ...gone })
  }

  return {
    async of(caller, kind, key, fingerprint) {
      const { orgId, userId } = caller
      const known = await findUse(db, { orgId, userId, key })
      if (!known) return null
      if (known.fingerprint !== fingerprint) {
        const detail = 'This key was used for another write. A new write needs a new key.'
        throw new HttpProblem('key_reused', { detail })
      }
      const { status, body, etag, merged, id, rev } = known
      if (body === null) return appliedLongAgo({ id, rev }, status, caller, kind)
      const answer = { status, body, etag, merged }
      return status < 400 ? sendAnswer(answer, REPLAYED) : refusedAgain(answer, caller, kind)
    },
  }
}

/** What a key was used for. `body` is null when its record is gone; `id` and `rev` are what it made, if anything. */
interface Use extends Omit<KeptAnswer, 'body'>, GoneRow {
  fingerprint: string
  body: string | null
}

/** One question, and so one moment: a write that is committed between two would be seen by half. */
async function findUse(db: Kysely<Schema>, { orgId, userId, key }: WriteName): Promise<Use | undefined> {
  const uses = await db
    .selectFrom('idempotency')
    .select(['fingerprint', 'status', 'body', 'etag', 'merged'])
    .select([sql<string>`''`.as('id'), sql<number>`0`.as('rev')])
    .where('orgId', '=', orgId)
    .where('userId', '=', userId)
    .where('key', '=', key)
    .$castTo<Use>()
    .unionAll(
      db
        .selectFrom('mutations')
        .select(['fingerprint', 'status', sql<null>`null`.as('body'), sql<null>`null`.as('etag')])
        .select([sql<0>`0`.as('merged'), 'rowId as id', 'rev'])
        .where('orgId', '=', orgId)
        .where('userId', '=', userId)
        .where('mutationId', '=', key)
        .$castTo<Use>(),
    )
    .execute()
  return uses.find(({ body }) => body !== null) ?? uses[0]
}
