import type { OutboxRow } from '../wire/outbox.ts'
import type { LaneEdit } from './outbox-lane.ts'

/**
 * The world as the runtime sees it. The core names no web API: each of these is a documented subset of one, bound to the
 * real thing in worker/platform and to a virtual one in the tests.
 */
export interface Platform {
  clock: Clock
  random: Random
  http: Http
  locks: Locks
  channels: Channels
  store: Store
  outbox: OutboxTable
  log: Log
}

export interface Clock {
  /** Monotonic milliseconds: for waits and durations. */
  monotonicMs(): number
  /** Wall-clock milliseconds since the epoch: for display and for ages that span a sleep. */
  wallMs(): number
  /** Runs `fn` once after `ms`; the returned function cancels it. */
  after(ms: number, fn: () => void): () => void
}

export interface Random {
  /** Uniform in [0, 1). */
  fraction(): number
  /** URL-safe characters from a cryptographic source. */
  id(length: number): string
  uuid(): string
}

export interface HttpRequest {
  method: string
  /** Path on our own origin. */
  path: string
  headers: Record<string, string>
  body?: string
  signal?: AbortSignal
  /** Send and store cookies: the refresh cookie only travels on the session endpoints. */
  cookies?: boolean
  /** Goes on when the context that sent it is gone. */
  keepalive?: boolean
}

export interface HttpResponse {
  status: number
  /** Null when the header is absent. */
  header(name: string): string | null
  /** Every header, names in lower case. */
  headers(): Record<string, string>
  text(): Promise<string>
}

/** Subset of `fetch`. Rejects when no answer came (offline, DNS, reset, abort); any status is an answer. */
export type Http = (request: HttpRequest) => Promise<HttpResponse>

export interface LockOptions {
  signal?: AbortSignal
  steal?: boolean
  /** Together with others who share it. Who only waits for a death shares: one of them may be asleep, and would keep it. */
  shared?: boolean
}

/** Subset of the Web Locks API (https://w3c.github.io/web-locks/). */
export interface Locks {
  /**
   * Waits for the lock, exclusive unless it is shared, and holds it until `hold` settles. Rejects with an error named `AbortError` when `signal`
   * aborts before the grant, and when another steals the lock; what `hold` does is not ended by that. `steal` takes the
   * lock from whoever has it, before all who wait, and goes without `signal`. A holder that dies frees it: measured
   * 14–89 ms in three engines.
   */
  request<T>(name: string, options: LockOptions, hold: () => Promise<T>): Promise<T>
  /** How many hold and how many wait for the lock at this moment. */
  query(name: string): Promise<{ held: number; pending: number }>
}

/** Subset of BroadcastChannel: plain data, to every other context of the origin, never to oneself. */
export interface Channels {
  open(name: string, onMessage: (data: unknown) => void): Channel
}
export interface Channel {
  post(data: unknown): void
  close(): void
}

/** Small durable key–value store (IndexedDB). Values are plain data. */
export interface Store {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
  /** Read, change, write as one atomic step: how the generation rises. */
  update<T>(key: string, change: (current: unknown) => T): Promise<T>
}

/** Where unsent writes lie (IndexedDB, a database of its own that no clearing of caches touches). */
export interface OutboxTable {
  /** Every row by `seq`. */
  all(): Promise<OutboxRow[]>
  /**
   * One atomic step on the rows of one lane, by `seq`; flushed to the disk when it resolves. A new row gets a `seq` above
   * every one ever given. `edit` does nothing else and may be called again when the database was closed under it.
   */
  change(lane: string, edit: (rows: readonly OutboxRow[]) => LaneEdit): Promise<void>
}

export interface Log {
  (level: 'debug' | 'warn', message: string, fields?: Record<string, unknown>): void
}
