import type { Topic } from '../../worker/wire/event.ts'
import { HEADER } from '../../worker/wire/headers.ts'
import type { ApiRequest, Result, RuntimeCalls } from '../../worker/wire/port.ts'
import { ApiError, isTransient, needsSignIn } from './api-error.ts'
import type { Row } from './apply-events.ts'

/** First wait after a transient failure, doubled each time with full jitter, at most `RETRY_CAP_MS`. */
export const RETRY_BASE_MS = 1000
export const RETRY_CAP_MS = 30_000

/**
 * `sending`: on its way. `waiting`: did not get through, goes again with the same key. `conflict`: the row changed
 * meanwhile, a person decides. `rejected`: the server refuses it, a person edits or discards.
 */
export type WriteState = 'sending' | 'waiting' | 'conflict' | 'rejected'

export interface LocalWrite<R extends Row = Row> {
  /** UUIDv7: Idempotency-Key of the request and `mutationId` of the event it causes. */
  readonly mutationId: string
  readonly topic: Topic
  readonly verb: string
  readonly actorId: string
  /** The row as it will be; for `delete`, the row that goes. */
  readonly row: R
  readonly request: Omit<ApiRequest, 'headers'>
  /** Rev the change was made on; null for a new row. */
  readonly baseRev: number | null
  readonly state: WriteState
  readonly error: ApiError | null
}

export interface LocalWrites {
  /** Stable reference until something changes. */
  list: () => readonly LocalWrite[]
  subscribe: (listener: () => void) => () => void
  submit(write: Omit<LocalWrite, 'state' | 'error'>): void
  /** The event of this write arrived: it is in the ledger, whatever became of the reply. */
  settled(mutationId: string): void
  /** Sends everything that waits now: on coming back online, after signing in, by hand. */
  retryAll(): void
  /** Sends one again with the same key, also one that was refused: what was in its way may be gone. */
  retry(mutationId: string): void
  discard(mutationId: string): void
  /** Forgets everything: another user's writes are never sent under this one's name. */
  clear(): void
}

/**
 * Changes made on this page that the ledger does not hold yet. They lie *over* the rows of the server (see
 * `overlayWrites`) and never in the query cache, so that a refetch can neither lose nor double them. The first of event
 * and reply settles a write; the other finds nothing left to do.
 */
export function createLocalWrites(deps: {
  calls: Pick<RuntimeCalls, 'request'>
  after(ms: number, fn: () => void): () => void
  fraction(): number
  /** Patches the lists with the row of the reply. */
  apply(write: LocalWrite, row: unknown): void
}): LocalWrites {
  let writes: readonly LocalWrite[] = []
  const timers = new Map<string, () => void>()
  const attempts = new Map<string, number>()
  const listeners = new Set<() => void>()

  function publish(next: readonly LocalWrite[]): void {
    writes = next
    for (const listener of listeners) listener()
  }

  function remove(mutationId: string): void {
    timers.get(mutationId)?.()
    timers.delete(mutationId)
    attempts.delete(mutationId)
    if (writes.some((write) => write.mutationId === mutationId)) {
      publish(writes.filter((write) => write.mutationId !== mutationId))
    }
  }

  function mark(mutationId: string, state: WriteState, error: ApiError | null): void {
    publish(writes.map((write) => (write.mutationId === mutationId ? { ...write, state, error } : write)))
  }

  async function send(write: LocalWrite): Promise<void> {
    timers.delete(write.mutationId)
    mark(write.mutationId, 'sending', null)
    const headers: Record<string, string> = {
      [HEADER.idempotencyKey]: write.mutationId,
      [HEADER.actor]: write.actorId,
    }
    if (write.baseRev !== null) headers['If-Match'] = `"${write.baseRev}"`
    const result = await deps.calls.request({ ...write.request, headers })
    // Settled by its event, discarded, or of a session that is over: its reply has nothing left to say here.
    if (!writes.some((other) => other.mutationId === write.mutationId)) return
    if (result.ok) {
      deps.apply(write, result.value.body)
      remove(write.mutationId)
    } else failed(write, result)
  }

  function failed(write: LocalWrite, failure: Extract<Result<unknown>, { ok: false }>): void {
    const error = new ApiError(failure)
    if (needsSignIn(failure)) return mark(write.mutationId, 'waiting', error)
    if (!isTransient(failure))
      return mark(write.mutationId, failure.status === 412 ? 'conflict' : 'rejected', error)
    const attempt = (attempts.get(write.mutationId) ?? 0) + 1
    attempts.set(write.mutationId, attempt)
    const ceiling = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** attempt)
    const wait = Math.max(failure.retryAfterMs ?? 0, deps.fraction() * ceiling)
    timers.set(
      write.mutationId,
      deps.after(wait, () => void send(write)),
    )
    mark(write.mutationId, 'waiting', error)
  }

  return {
    list: () => writes,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    submit(write) {
      const queued: LocalWrite = { ...write, state: 'sending', error: null }
      publish([...writes, queued])
      void send(queued)
    },
    settled: remove,
    retryAll() {
      for (const write of writes) {
        if (write.state !== 'waiting') continue
        timers.get(write.mutationId)?.()
        void send(write)
      }
    },
    retry(mutationId) {
      const write = writes.find((other) => other.mutationId === mutationId)
      if (!write || write.state === 'sending') return
      timers.get(mutationId)?.()
      void send(write)
    },
    discard: remove,
    clear() {
      for (const cancel of timers.values()) cancel()
      timers.clear()
      attempts.clear()
      if (writes.length > 0) publish([])
    },
  }
}
