import { useEffect, useState } from 'react'
import { useLocalWrites, useStatus } from '../realtime/runtime-provider.tsx'
import { oldWrites, oldWritesWords } from './old-writes.ts'

/** Long enough to be read, when all of it took a blink. */
const READ_MS = 8000

interface Told {
  count: number
  oldestAt: number
  isRead: boolean
}

/**
 * Somebody comes back after a day or more and what they entered then is sent: they are told, for they may have forgotten
 * it. Null when there is nothing to tell.
 */
export function useOldWrites(now: number): string | null {
  const { phase } = useStatus()
  const old = oldWrites(useLocalWrites(), now)
  const [told, setTold] = useState<Told | null>(null)
  if (phase === 'live' && old.length > (told?.count ?? 0))
    setTold({ count: old.length, oldestAt: Math.min(...old.map(({ at }) => at)), isRead: false })
  const count = told?.count ?? 0
  useEffect(() => {
    if (count === 0) return undefined
    const timer = setTimeout(() => setTold((last) => last && { ...last, isRead: true }), READ_MS)
    return () => clearTimeout(timer)
  }, [count])
  if (!told || (told.isRead && old.length === 0)) return null
  return oldWritesWords(told.count, told.oldestAt, now)
}
