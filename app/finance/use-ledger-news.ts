import { useCallback, useEffect, useRef, useState } from 'react'
import type { EventEnvelope } from '../../worker/wire/event.ts'
import { useEvents, useRealtime } from '../realtime/runtime-provider.tsx'
import { ACCENT_MS, createArrivals, type Arrival } from './arrivals.ts'

/** Rows whose arrival is remembered for the "new" pill; a burst longer than this counts as this many. */
const UNSEEN_MAX = 999

export interface LedgerNews {
  /** Rows that changed elsewhere within the last `ACCENT_MS`, by id. */
  accents: ReadonlyMap<string, Arrival>
  /** Rows that are new since the reader last stood at the top of the list, oldest first. */
  unseen: readonly string[]
  seen: () => void
}

/** What arrived from elsewhere, gathered per frame; `heard` is told the types of all of it, for saying it aloud. */
export function useLedgerNews(heard: (types: readonly string[]) => void): LedgerNews {
  const { writes } = useRealtime()
  const [accents, setAccents] = useState<ReadonlyMap<string, Arrival>>(new Map())
  const [unseen, setUnseen] = useState<readonly string[]>([])
  const [arrivals] = useState(() =>
    createArrivals((mutationId) => writes.list().some((write) => write.mutationId === mutationId)),
  )
  const batch = useRef<(Arrival & { type: string })[]>([])
  const frame = useRef(0)

  const flush = useCallback(() => {
    frame.current = 0
    const found = batch.current
    batch.current = []
    setAccents(
      (before) => new Map([...still(before), ...found.map((arrival) => [arrival.id, arrival] as const)]),
    )
    const fresh = found.filter((arrival) => arrival.isNew).map((arrival) => arrival.id)
    if (fresh.length > 0) setUnseen((before) => [...new Set([...before, ...fresh])].slice(-UNSEEN_MAX))
    heard(found.map((arrival) => arrival.type))
  }, [heard])

  useEvents(
    useCallback(
      (events: readonly EventEnvelope[]) => {
        batch.current = [...batch.current, ...arrivals.of(events, performance.now())].slice(-UNSEEN_MAX)
        // A page in the background draws no frames: it gathers, and shows everything when it is looked at again.
        if (batch.current.length > 0) frame.current ||= requestAnimationFrame(flush)
      },
      [arrivals, flush],
    ),
  )

  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  useEffect(() => {
    if (accents.size === 0) return undefined
    const timer = setTimeout(() => {
      setAccents((before) => new Map(still(before)))
    }, ACCENT_MS)
    return () => clearTimeout(timer)
  }, [accents])

  const seen = useCallback(() => setUnseen((before) => (before.length > 0 ? [] : before)), [])
  return { accents, unseen, seen }
}

function still(accents: ReadonlyMap<string, Arrival>): [string, Arrival][] {
  const now = performance.now()
  return [...accents].filter(([, arrival]) => now - arrival.at < ACCENT_MS)
}
