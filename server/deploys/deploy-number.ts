import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Clock } from '../deps.ts'
import type { Asset } from '../static/assets.ts'
import type { Schema } from '../store/schema.ts'

/** Processes that start at once take the same number; one that lost the race for it looks again. */
const TRIES_MAX = 5

/** What tells a build from another: every file of it. */
export function buildFingerprint(assets: ReadonlyMap<string, Asset>): string {
  const hash = createHash('sha256')
  for (const [path, { etag }] of [...assets].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path} ${etag}\n`)
  return hash.digest('hex').slice(0, 32)
}

/**
 * The number of the deploy this process belongs to: that of the newest when it serves the same build, and the next one
 * otherwise, so that it rises at a rollback too. Counted in the store, because only there do all processes meet.
 */
export async function takeDeployNumber(
  { db, clock }: { db: Kysely<Schema>; clock: Clock },
  fingerprint: string,
): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const newest = await db
      .selectFrom('deploys')
      .selectAll()
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (newest?.fingerprint === fingerprint) return newest.number
    const number = (newest?.number ?? 0) + 1
    try {
      await db.insertInto('deploys').values({ number, fingerprint, startedAt: clock.now() }).execute()
      return number
    } catch (error) {
      // Its number is the key: another process was first, perhaps with the same build.
      if (tries === TRIES_MAX) throw error
    }
  }
}
