import type { KnownOrg, MemoryBroker } from '../realtime/memory-broker.ts'
import { noCounts } from '../realtime/org-counts.ts'

/** What one organisation asks of this process: the first four now, the rest since its feed was opened here. */
export interface TenantRow {
  /** Its id; names are nobody's business here. */
  org: string
  /** Polls held. */
  waiters: number
  /** Login sessions that hold them. */
  sessions: number
  bufferedEvents: number
  bufferedBytes: number
  published: number
  delivered: number
  /** Events that had to go before their time. */
  dropped: number
  gaps: number
  polls: number
}

/** By what organisations are ranked. */
export const TENANT_ORDERS = {
  waiters: (row) => row.waiters,
  events: (row) => row.bufferedEvents,
  bytes: (row) => row.bufferedBytes,
  published: (row) => row.published,
  delivered: (row) => row.delivered,
  gaps: (row) => row.gaps,
  dropped: (row) => row.dropped,
} satisfies Record<string, (row: TenantRow) => number>
export type TenantOrder = keyof typeof TENANT_ORDERS

export interface TenantRows {
  /** All zeros for one that nothing is known of. */
  own(orgId: string): TenantRow
  /** Every organisation that is known; `rowOf` reads them one by one. */
  orgs(): readonly KnownOrg[]
  rowOf(org: KnownOrg): TenantRow
}

/** Reads rows off what the broker and the waiters keep anyway: nothing is remembered here that would have to be forgotten. */
export function createTenantRows(deps: {
  broker: Pick<MemoryBroker, 'knownOrg' | 'knownOrgs'>
  heldBy: (orgId: string) => { waiters: number; sessions: number }
}): TenantRows {
  const { broker, heldBy } = deps

  function rowOf({ orgId, buffer, counts }: KnownOrg): TenantRow {
    const { waiters, sessions } = heldBy(orgId)
    const { published, delivered, dropped, gaps, polls } = counts
    return {
      org: orgId,
      waiters,
      sessions,
      bufferedEvents: buffer.events,
      bufferedBytes: buffer.bytes,
      published,
      delivered,
      dropped,
      gaps,
      polls,
    }
  }

  return {
    own: (orgId) =>
      rowOf(broker.knownOrg(orgId) ?? { orgId, buffer: { events: 0, bytes: 0 }, counts: noCounts() }),
    orgs: broker.knownOrgs,
    rowOf,
  }
}
