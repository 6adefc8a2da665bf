import type { Clock } from '../deps.ts'
import { createRanking, type Ranking } from './ranking.ts'
import { TENANT_ORDERS, type TenantOrder, type TenantRow, type TenantRows } from './tenant-rows.ts'

/** Organisations one answer names at most. */
export const TENANTS_TOP_MAX = 50
/** From the end of one look at all organisations to the start of the next, at least. */
export const LOOK_REST_MS = 1000
/** And so many times as long as the look took: however many there are, looking takes no more than this share of the time. */
const REST_PER_LOOK = 10
/** Organisations looked at in one go; then polls and writes have their turn. */
export const LOOK_SLICE = 5000

export interface TopTenants {
  /** When they were looked at, wall-clock ms, how many there are, and the highest of them. */
  top(by: TenantOrder, count: number): Promise<{ at: number; orgs: number; rows: readonly TenantRow[] }>
}

interface Standing {
  at: number
  /** Until then it is told again, monotonic ms. */
  freshUntil: number
  orgs: number
  rankings: ReadonlyMap<string, Ranking>
}

/**
 * The organisations that ask most of this process. One look ranks all of them in every order; whoever asks meanwhile waits
 * for it, and whoever asks soon after is told the same. So what a question costs does not depend on how often it is asked.
 */
export function createTopTenants(deps: {
  tenants: Pick<TenantRows, 'orgs' | 'rowOf'>
  clock: Clock
}): TopTenants {
  const { tenants, clock } = deps
  let standing: Standing | null = null
  let looking: Promise<Standing> | null = null

  async function look(): Promise<Standing> {
    const startedAt = clock.monotonicMs()
    const orders = Object.entries(TENANT_ORDERS)
    const rankings = orders.map(([by, valueOf]) => [by, createRanking(TENANTS_TOP_MAX, valueOf)] as const)
    // A list of its own: the broker's table is put into another order with every use, and would be walked for ever.
    const orgs = tenants.orgs()
    for (let from = 0; from < orgs.length; from += LOOK_SLICE) {
      if (from > 0) await new Promise<void>((resolve) => void clock.after(0, resolve))
      for (const org of orgs.slice(from, from + LOOK_SLICE)) {
        const row = tenants.rowOf(org)
        for (const [, ranking] of rankings) ranking.offer(row)
      }
    }
    const endedAt = clock.monotonicMs()
    const restMs = Math.max(LOOK_REST_MS, (endedAt - startedAt) * REST_PER_LOOK)
    return {
      at: clock.now(),
      freshUntil: endedAt + restMs,
      orgs: orgs.length,
      rankings: new Map(rankings),
    }
  }

  async function latest(): Promise<Standing> {
    if (standing && clock.monotonicMs() < standing.freshUntil) return standing
    looking ??= look().finally(() => {
      looking = null
    })
    standing = await looking
    return standing
  }

  return {
    async top(by, count) {
      const { at, orgs, rankings } = await latest()
      return { at, orgs, rows: rankings.get(by)?.first(count) ?? [] }
    },
  }
}
