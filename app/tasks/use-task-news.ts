import { useCallback, useEffect, useRef, useState } from 'react'
import type { EventEnvelope } from '../../worker/wire/event.ts'
import { useEvents, useRealtime } from '../realtime/runtime-provider.tsx'

/** How long the accent stands at the edge of a row that changed elsewhere. */
const ACCENT_MS = 4000

/** Tasks that somebody else has just changed, by id. Own changes are no news, whichever of their two signs comes second. */
export function useTaskNews(): ReadonlySet<string> {
  const { writes } = useRealtime()
  const [news, setNews] = useState<ReadonlySet<string>>(new Set())
  const own = useRef(new Set<string>())
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>())

  useEvents(
    useCallback(
      (events: readonly EventEnvelope[]) => {
        for (const write of writes.list()) own.current.add(write.mutationId)
        const ids = events
          .filter((event) => event.topic === 'tasks' && !own.current.has(event.mutationId ?? ''))
          .map((event) => (event.data as { id?: string } | null)?.id ?? '')
        if (ids.length === 0) return
        setNews((before) => new Set([...before, ...ids]))
        const timer = setTimeout(() => {
          timers.current.delete(timer)
          setNews((before) => new Set([...before].filter((id) => !ids.includes(id))))
        }, ACCENT_MS)
        timers.current.add(timer)
      },
      [writes],
    ),
  )
  useEffect(() => {
    const { current } = timers
    return () => {
      for (const timer of current) clearTimeout(timer)
    }
  }, [])
  return news
}
