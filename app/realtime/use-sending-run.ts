import { useEffect, useState } from 'react'
import { useLocalWrites } from './runtime-provider.tsx'
import { nextRun, type SendingRun } from './sending-run.ts'

/** Between two writes nothing is being sent for a moment; after more than this it has come to a halt. */
const HALT_MS = 1500
/** What is through sooner is not worth saying. */
const LONG_MS = 600

/** How far the sending is; null while nothing is sent, and for what takes no time. */
export function useSendingRun(): SendingRun | null {
  const writes = useLocalWrites()
  const [run, setRun] = useState<SendingRun | null>(null)
  const [isLong, setLong] = useState(false)
  const next = nextRun(run, writes)
  if (next !== run) setRun(next)

  const isRunning = next !== null
  useEffect(() => {
    if (!isRunning) return undefined
    const timer = setTimeout(() => setLong(true), LONG_MS)
    return () => {
      clearTimeout(timer)
      setLong(false)
    }
  }, [isRunning])
  const isHalting = next !== null && !next.isMoving
  useEffect(() => {
    if (!isHalting) return undefined
    const timer = setTimeout(() => setRun(null), HALT_MS)
    return () => clearTimeout(timer)
  }, [isHalting])

  return isLong ? next : null
}
