import * as v from 'valibot'
import type { Topic } from './event.ts'
import type { ApiRequest } from './port.ts'

/**
 * Writes that the server has not confirmed, as they lie in IndexedDB: read and changed by tabs, runtimes and the service
 * worker, of two builds at once after a deploy. Fields are only ever added, and a row of a later version is left alone.
 */
export const OUTBOX_VERSION = 1

/**
 * `queued`: goes as soon as it can, also after failures. The other three wait for a person: `conflict`: the row changed or
 * went meanwhile; `rejected`: the server refuses it for good; `parked`: it failed again and again while others went through.
 */
export type OutboxState = 'queued' | 'conflict' | 'rejected' | 'parked'

/** What the last try came to. */
export interface OutboxTrouble {
  /** A problem code of the server, or the link's word. */
  code: string
  status: number
  /** Wall-clock ms. */
  at: number
  /** The server's problem document. */
  problem: unknown
}

/** What a page wants written. No token and no header is ever kept. */
export interface NewWrite {
  /** UUIDv7: Idempotency-Key of the request and `mutationId` of the event it causes. */
  mutationId: string
  userId: string
  orgId: string
  topic: Topic
  /** `create`, `edit`, `delete`, or a command of the domain. */
  verb: string
  /** The row as it will be; for `delete`, the row that goes. */
  row: { readonly id: string; readonly rev: number }
  request: Omit<ApiRequest, 'headers'>
  /** Rev the change was made on; null for a new row. */
  baseRev: number | null
  /** The tab it was entered in: the server's log names it, whoever sends. */
  tab?: string
}

export interface OutboxRow extends NewWrite {
  /** Order of entering, given by the database: the same for every context, and no clock has a say in it. */
  seq: number
  v: number
  /** Writes of one person to one row: sent one after the other, in the order of entering. */
  lane: string
  /** The write before it in its lane, made on what that one will leave: null once that one is through. */
  follows: string | null
  /** Keys of this lane's earlier writes that it was made on top of and whose merged result nobody here has looked at. */
  after?: string[]
  /** Wall-clock ms of entering. */
  at: number
  state: OutboxState
  /** How often it was taken up to be sent; none means that the server has never seen it. */
  attempts: number
  /** In a row, since the last time a person or the network asked for another try. */
  failures: number
  /** How many of them came while another write went through. */
  blamed: number
  /** Wall-clock ms before which it is not tried again. */
  nextAt: number
  trouble: OutboxTrouble | null
  /** Who is sending it, and until when (wall-clock ms) that is believed. */
  lease: { by: string; until: number } | null
}

/** No wait is longer; one that seems to be comes from a clock that was set back. */
export const WAIT_MAX_MS = 600_000
/** A sender that is silent for longer is taken for dead; what is then sent twice the server takes once. */
export const LEASE_MS = 30_000

/** Whether somebody is sending it. A lease that ends further off than any is given comes from a clock that was set back. */
export function isBeingSent({ lease }: Pick<OutboxRow, 'lease'>, nowMs: number): boolean {
  return lease !== null && lease.until > nowMs && lease.until <= nowMs + LEASE_MS
}

/** BroadcastChannel `outbox`: to every context of the profile. Lost frames cost time and nothing else. */
export const OUTBOX_CHANNEL = 'outbox'
export const OutboxRelay = v.variant('t', [
  /** `hurry`: somebody asks for a try now. */
  v.object({ v: v.literal(1), t: v.literal('changed'), hurry: v.optional(v.boolean()) }),
  /** The server has it; `row` as it answered, null when it said nothing. `gone`: and the row is there no more. */
  v.object({
    v: v.literal(1),
    t: v.literal('settled'),
    mutationId: v.string(),
    row: v.unknown(),
    gone: v.optional(v.boolean()),
  }),
])
export type OutboxRelay = v.InferOutput<typeof OutboxRelay>

/** Held by whoever sends. */
export const OUTBOX_LOCK = 'standpipe:outbox'
/** Tag of the Background Sync that sends with no tab open. */
export const OUTBOX_SYNC_TAG = 'outbox'
