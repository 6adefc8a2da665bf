import { useEffect, useRef } from 'react'
import { useLocalWrites } from '../realtime/runtime-provider.tsx'
import { useAnnouncer } from '../ui/live-region.tsx'
import { outboxNews } from './unsent-words.ts'

/** Most writes are through sooner; nobody wants to hear of each. */
const SETTLE_MS = 2000

/** What tells of the outbox where its page is not seen: the badge of the installed app, and a word for who listens. */
export function useOutboxSigns(): void {
  const writes = useLocalWrites()
  const announcer = useAnnouncer()
  const said = useRef<typeof writes>([])
  useEffect(() => {
    const timer = setTimeout(() => {
      const news = outboxNews(said.current, writes)
      said.current = writes
      if (news !== null) announcer.status(news)
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [announcer, writes])

  const count = writes.length
  useEffect(() => setBadge(count), [count])
  // It is the number of whoever is logged in.
  useEffect(() => () => setBadge(0), [])
}

function setBadge(count: number): void {
  // Not every browser has it, and some only for an installed app.
  if (!('setAppBadge' in navigator)) return
  void (count === 0 ? navigator.clearAppBadge() : navigator.setAppBadge(count)).catch(() => {})
}
