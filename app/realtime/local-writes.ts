import type { Outbox } from '../../worker/tab/outbox.ts'
import { isBeingSent, type NewWrite, type OutboxRow, type OutboxRelay } from '../../worker/wire/outbox.ts'
import type { SessionView } from '../../worker/wire/port.ts'
import { ApiError } from './api-error.ts'
import type { Row } from './apply-events.ts'
import type { Saved } from './save-write.ts'

/**
 * `sending`: on its way. `waiting`: goes by itself as soon as it can, with the same key. `conflict`: the row changed
 * meanwhile, a person decides. `rejected`: the server refuses it, a person edits or discards. `parked`: it failed again and
 * again while others went through.
 */
export type WriteState = 'sending' | 'waiting' | 'conflict' | 'rejected' | 'parked'

export interface LocalWrite<R extends Row = Row> extends Pick<
  NewWrite,
  'mutationId' | 'topic' | 'verb' | 'request' | 'baseRev'
> {
  readonly actorId: string
  /** The row as it will be; for `delete`, the row that goes. */
  readonly row: R
  readonly state: WriteState
  readonly error: ApiError | null
  /** Wall-clock ms of entering. */
  readonly at: number
  readonly attempts: number
  /** Wall-clock ms before which it is not tried again; 0 when nothing is in its way. */
  readonly nextAt: number
}

export type WriteDraft<R extends Row = Row> = Omit<
  LocalWrite<R>,
  'state' | 'error' | 'at' | 'attempts' | 'nextAt'
>

export interface LocalWrites {
  /** Of whoever is signed in, in the order of entering. Stable reference until something changes. */
  list: () => readonly LocalWrite[]
  /** How many lie here that others entered on this device. */
  sealed: () => number
  subscribe: (listener: () => void) => () => void
  /** Resolves once the write is on this device's disk, or says why it is not. */
  submit(write: WriteDraft): Promise<Saved>
  /** The event of this write arrived: it is in the ledger, whatever became of the reply. */
  settled(mutationId: string, row: unknown): void
  /** Sends everything that waits now: by hand. */
  retryAll(): void
  /** Sends one again; one that was refused goes under a new key, on `baseRev` when that is given. */
  retry(mutationId: string, baseRev?: number): void
  /** Puts a corrected write in the place of one that was refused. */
  replace(mutationId: string, write: WriteDraft): void
  /** False while it is being sent. */
  discard(mutationId: string): Promise<boolean>
  /** Everything of whoever is signed in. */
  discardAll(): Promise<void>
  /** Who is signed in may have changed: others' writes are counted and not shown. */
  arrange(): void
}

/**
 * Changes made on this device that the ledger does not hold yet, as this tab shows them. They lie *over* the rows of the
 * server (see `overlayWrites`) and never in the query cache, so that a refetch can neither lose nor double them. The first
 * of event and reply settles a write; the other finds nothing left to do.
 */
export function createLocalWrites(deps: {
  outbox: Outbox
  session: () => SessionView | null | undefined
  tabId: string
  save: (write: NewWrite) => Promise<Saved>
  now: () => number
  newId: () => string
  /** A write of this device is in the ledger: patches the lists with the row of the reply. */
  apply(write: LocalWrite, row: unknown, gone: boolean): void
  report(error: unknown): void
}): LocalWrites {
  const { outbox, now } = deps
  const listeners = new Set<() => void>()
  let rows: readonly OutboxRow[] = []
  let writes: readonly LocalWrite[] = []
  let others = 0
  /** The reading under way, and whether something has changed since it began. */
  let reading: Promise<void> | null = null
  let isStale = false

  function publish(): void {
    const session = deps.session()
    const mine = rows.filter((row) => row.userId === session?.user.id && row.orgId === session.org.id)
    const shown = new Map(writes.map((write) => [write.mutationId, write]))
    const next = mine.map((row) => unlessNew(shown.get(row.mutationId), asWrite(row, now())))
    const isSame =
      next.length === writes.length &&
      others === rows.length - mine.length &&
      next.every((write, index) => write === writes[index])
    if (isSame) return
    writes = next
    others = rows.length - mine.length
    for (const listener of listeners) listener()
  }

  /** One at a time, and once more when something changed meanwhile: a drain of hundreds tells of each step of each. */
  function read(): Promise<void> {
    isStale = true
    reading ??= readOn()
    return reading
  }

  async function readOn(): Promise<void> {
    try {
      while (isStale) {
        isStale = false
        rows = await outbox.rows()
        publish()
      }
    } finally {
      reading = null
    }
  }

  const refresh = () => void read().catch(deps.report)

  outbox.onNews((news: OutboxRelay) => {
    if (news.t === 'settled') {
      const write = writes.find(({ mutationId }) => mutationId === news.mutationId)
      if (write) deps.apply(write, news.row, news.gone ?? false)
    }
    refresh()
  })
  refresh()

  const rowOf = (mutationId: string) => rows.find((row) => row.mutationId === mutationId)
  const background = (work: Promise<unknown>) => void work.catch(deps.report)

  function asNew({ actorId, ...write }: WriteDraft): NewWrite {
    return { ...write, userId: actorId, orgId: deps.session()?.org.id ?? '', tab: deps.tabId }
  }

  return {
    list: () => writes,
    sealed: () => others,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async submit(write) {
      const saved = await deps.save(asNew(write))
      if (saved.is === 'sent') deps.apply({ ...write, ...FRESH, at: now() }, saved.row, false)
      else if (saved.is === 'kept') await read()
      return saved
    },
    settled(mutationId, row) {
      const found = rowOf(mutationId)
      if (!found) return
      rows = rows.filter((each) => each !== found)
      publish()
      background(outbox.settle(found, { row }))
    },
    retryAll() {
      for (const { mutationId, state } of writes) {
        const row = rowOf(mutationId)
        if (row && state === 'waiting') background(outbox.retry(row, { mutationId: deps.newId() }))
      }
    },
    retry(mutationId, baseRev) {
      const row = rowOf(mutationId)
      const fresh = { mutationId: deps.newId(), ...(baseRev === undefined ? {} : { baseRev }) }
      if (row) background(outbox.retry(row, fresh))
    },
    replace(mutationId, write) {
      const row = rowOf(mutationId)
      if (row) background(outbox.replace(row, asNew(write)))
    },
    async discard(mutationId) {
      const row = rowOf(mutationId)
      return row === undefined || outbox.discard(row)
    },
    async discardAll() {
      // The newest first: what is made on another write goes before it.
      for (const { mutationId } of writes.toReversed()) {
        const row = rowOf(mutationId)
        if (row) await outbox.discard(row)
      }
      await read()
    },
    arrange: publish,
  }
}

const FRESH = { state: 'sending', error: null, attempts: 1, nextAt: 0 } as const

function asWrite(row: OutboxRow, now: number): LocalWrite {
  const { trouble, state, mutationId, topic, verb, request, baseRev, at, attempts, nextAt } = row
  const write = { mutationId, topic, verb, request, baseRev, at, attempts, nextAt, row: row.row }
  const error =
    trouble &&
    new ApiError({ ...trouble, ok: false, retryAfterMs: null, code: trouble.code as ApiError['code'] })
  const shown = state !== 'queued' ? state : isBeingSent(row, now) ? 'sending' : 'waiting'
  return { ...write, actorId: row.userId, state: shown, error }
}

/** The same object as long as nothing that is shown differs: a list of hundreds is drawn anew for each that moves. */
function unlessNew(shown: LocalWrite | undefined, next: LocalWrite): LocalWrite {
  const isSame =
    shown?.state === next.state &&
    shown.attempts === next.attempts &&
    shown.nextAt === next.nextAt &&
    shown.error?.code === next.error?.code &&
    shown.baseRev === next.baseRev
  return isSame ? shown : next
}
