import * as v from 'valibot'
import { OUTBOX_CHANNEL, OutboxRelay, type NewWrite, type OutboxRow } from '../wire/outbox.ts'
import { appended, claimed, discarded, failed, laneOf, replaced, resent, settled } from './outbox-lane.ts'
import type { Channels, Clock, OutboxTable } from './platform.ts'

export type Failing = Parameters<typeof failed>[2]

/** The writes of this profile that no server has confirmed. The same for a tab, a runtime and the service worker. */
export interface Outbox {
  /** On the disk when it resolves. Rejects with what the database says, a full one with an error named `QuotaExceededError`. */
  append(write: NewWrite): Promise<void>
  /** Of everybody who has worked here, oldest first. */
  rows(): Promise<OutboxRow[]>
  /** Takes the first write of the lane, if it may go. */
  claim(lane: string, by: string): Promise<OutboxRow | null>
  /** The server has it, as its reply or its event says; the second to come finds nothing left to do. */
  settle(row: Pick<OutboxRow, 'lane' | 'mutationId'>, reply: { row: unknown; gone?: boolean }): Promise<void>
  fail(row: Pick<OutboxRow, 'lane' | 'mutationId'>, change: Failing): Promise<void>
  /** Another try, by hand: with a new key where the server has refused the old one. */
  retry(row: OutboxRow, fresh: { mutationId: string; baseRev?: number }): Promise<void>
  replace(row: OutboxRow, write: NewWrite): Promise<void>
  /** False while it is being sent. */
  discard(row: Pick<OutboxRow, 'lane' | 'mutationId'>): Promise<boolean>
  /** Tells every context to try now. */
  hurry(): void
  /** Hears of changes, by whatever context. */
  onNews(listener: (news: OutboxRelay) => void): () => void
}

export function createOutbox(deps: { table: OutboxTable; channels: Channels; clock: Clock }): Outbox {
  const { table, clock } = deps
  const listeners = new Set<(news: OutboxRelay) => void>()
  const channel = deps.channels.open(OUTBOX_CHANNEL, (data) => {
    const news = v.safeParse(OutboxRelay, data)
    if (news.success) hear(news.output)
  })

  function hear(news: OutboxRelay): void {
    for (const listener of listeners) listener(news)
  }

  function tell(news: OutboxRelay): void {
    channel.post(news)
    hear(news)
  }

  const changed = () => tell({ v: 1, t: 'changed' })

  return {
    rows: () => table.all(),
    async append(write) {
      await table.change(laneOf(write), (lane) => appended(lane, write, clock.wallMs()))
      changed()
    },
    async claim(lane, by) {
      let row: OutboxRow | null = null
      await table.change(lane, (rows) => {
        row = claimed(rows, by, clock.wallMs())
        return row ? { put: [row] } : {}
      })
      if (row) changed()
      return row
    },
    async settle({ lane, mutationId }, { row, gone = false }) {
      let isNews = false
      await table.change(lane, (rows) => {
        isNews = rows.some((each) => each.mutationId === mutationId)
        return settled(rows, mutationId, revOf(row))
      })
      if (isNews) tell({ v: 1, t: 'settled', mutationId, row, ...(gone ? { gone } : {}) })
    },
    async fail({ lane, mutationId }, change) {
      await table.change(lane, (rows) => failed(rows, mutationId, change))
      changed()
    },
    async retry({ lane, mutationId }, fresh) {
      await table.change(lane, (rows) => resent(rows, mutationId, { ...fresh, now: clock.wallMs() }))
      tell({ v: 1, t: 'changed', hurry: true })
    },
    async replace({ lane, mutationId }, write) {
      await table.change(lane, (rows) => replaced(rows, mutationId, write))
      tell({ v: 1, t: 'changed', hurry: true })
    },
    async discard({ lane, mutationId }) {
      let isDone = true
      await table.change(lane, (rows) => {
        const edit = discarded(rows, mutationId, clock.wallMs())
        isDone = edit !== null
        return edit ?? {}
      })
      changed()
      return isDone
    },
    hurry: () => tell({ v: 1, t: 'changed', hurry: true }),
    onNews(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function revOf(reply: unknown): number | null {
  const rev = reply && typeof reply === 'object' && 'rev' in reply ? reply.rev : null
  return typeof rev === 'number' ? rev : null
}
