import { useCallback, useEffect, useState } from 'react'
import { useLocalWrites, useRealtime } from '../realtime/runtime-provider.tsx'
import { onTheWay } from './unsent-words.ts'

/** How long somebody who wants to leave is asked to wait. */
export const SEND_WITHIN_MS = 10_000

export interface SendNow {
  /** `over`: nothing is on its way any more, or the time was up. */
  state: 'idle' | 'sending' | 'over'
  total: number
  left: number
  start: () => void
}

/** Sends what waits, now, and says when that is done or has taken long enough. */
export function useSendNow(): SendNow {
  const { writes } = useRealtime()
  const left = onTheWay(useLocalWrites()).length
  const [begun, setBegun] = useState<{ total: number; isLate: boolean } | null>(null)
  const isSending = begun !== null && !begun.isLate && left > 0

  useEffect(() => {
    if (!isSending) return undefined
    const timer = setTimeout(() => setBegun((now) => now && { ...now, isLate: true }), SEND_WITHIN_MS)
    return () => clearTimeout(timer)
  }, [isSending])

  const start = useCallback(() => {
    setBegun({ total: onTheWay(writes.list()).length, isLate: false })
    writes.retryAll()
  }, [writes])

  return {
    state: begun === null ? 'idle' : isSending ? 'sending' : 'over',
    total: begun?.total ?? 0,
    left,
    start,
  }
}
