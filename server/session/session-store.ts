import type { Kysely, Selectable } from 'kysely'
import type { Random } from '../deps.ts'
import type { Schema } from '../store/schema.ts'
import type { RotationState } from './rotation.ts'

export type SessionRow = Selectable<Schema['sessions']>

/** How long an ended session is still known, so that a late refresh learns why. */
const REMEMBERED_MS = 30 * 24 * 60 * 60 * 1000

/** How long it is known how a session ended; the audit shows none that is older. */
export const AUDIT_KEPT_MS = 365 * 24 * 60 * 60 * 1000

export interface SessionStore {
  insert(row: SessionRow): Promise<void>
  bySid(sid: string): Promise<SessionRow | undefined>
  byHandle(userId: string, sh: string): Promise<SessionRow | undefined>
  /** Not revoked, newest use first. */
  ofUser(userId: string): Promise<SessionRow[]>
  /** Writes `next` if the counters still are as seen; false when another request was faster. */
  advance(seen: SessionRow, next: RotationState, usedAt: number): Promise<boolean>
  touch(sid: string, usedAt: number): Promise<void>
  /** Ends those that are not ended, and writes down how, both or neither; the first reason stays. */
  revoke(
    sids: readonly string[],
    how: { code: string; kind: string; at: number; requestId: string; address: string },
  ): Promise<void>
  /** How sessions of the organisation ended, newest first, before the row of that id. */
  ended(orgId: string, before: string | null, limit: number): Promise<Selectable<Schema['sessionAudit']>[]>
  /** Sessions ended since, of everybody. */
  endedSince(since: number): Promise<string[]>
  /** Forgets what the user's ended and outlived sessions were. */
  forget(userId: string, now: number): Promise<void>
}

export function createSessionStore(db: Kysely<Schema>, random: Pick<Random, 'uuid7'>): SessionStore {
  const sessions = () => db.selectFrom('sessions').selectAll()

  return {
    async insert(row) {
      await db.insertInto('sessions').values(row).execute()
    },
    bySid: (sid) => sessions().where('sid', '=', sid).executeTakeFirst(),
    byHandle: (userId, sh) => sessions().where('userId', '=', userId).where('sh', '=', sh).executeTakeFirst(),
    ofUser: (userId) =>
      sessions()
        .where('userId', '=', userId)
        .where('revokedAt', 'is', null)
        .orderBy('usedAt', 'desc')
        .orderBy('sid')
        .execute(),
    async advance(seen, next, usedAt) {
      const written = await db
        .updateTable('sessions')
        .set({ ...next, usedAt })
        .where('sid', '=', seen.sid)
        .where('issued', '=', seen.issued)
        .where('confirmed', '=', seen.confirmed)
        .where('revokedAt', 'is', null)
        .executeTakeFirst()
      return written.numUpdatedRows > 0n
    },
    async touch(sid, usedAt) {
      await db.updateTable('sessions').set({ usedAt }).where('sid', '=', sid).execute()
    },
    async revoke(sids, { code, ...how }) {
      const { at } = how
      if (sids.length === 0) return
      await db.transaction().execute(async (change) => {
        const ending = await change
          .updateTable('sessions')
          .set({ revokedAt: at, revokedCode: code })
          .where('sid', 'in', [...sids])
          .where('revokedAt', 'is', null)
          .returning(['orgId', 'userId', 'sh'])
          .execute()
        if (ending.length === 0) return
        const rows = ending.map((session) => ({ id: random.uuid7(), ...how, ...session }))
        await change.insertInto('sessionAudit').values(rows).execute()
        // Whoever adds a row takes those away that are past their time: there is never much to take.
        await change
          .deleteFrom('sessionAudit')
          .where(
            'orgId',
            'in',
            rows.map(({ orgId }) => orgId),
          )
          .where('at', '<', at - AUDIT_KEPT_MS)
          .execute()
      })
    },
    ended: (orgId, before, limit) =>
      db
        .selectFrom('sessionAudit')
        .selectAll()
        .where('orgId', '=', orgId)
        .$if(before !== null, (rows) => rows.where('id', '<', before))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    async endedSince(since) {
      const rows = await db.selectFrom('sessions').select('sid').where('revokedAt', '>=', since).execute()
      return rows.map(({ sid }) => sid)
    },
    async forget(userId, now) {
      await db
        .deleteFrom('sessions')
        .where('userId', '=', userId)
        .where((eb) => eb.or([eb('expiresAt', '<', now), eb('revokedAt', '<', now - REMEMBERED_MS)]))
        .execute()
    },
  }
}
