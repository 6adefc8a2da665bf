import { useEffect, useState } from 'react'
import { useStatus } from '../realtime/runtime-provider.tsx'
import styles from './ledger-bar.module.css'

const TICK_MS = 30_000
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

/** While nothing keeps the page true: how old what is shown may be. */
export function DataAge({ fetchedAt }: { fetchedAt: number }) {
  const { phase, since } = useStatus()
  const isStale = phase === 'offline' || phase === 'degraded' || phase === 'expired'
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isStale) return undefined
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [isStale])
  if (!isStale || fetchedAt === 0) return null
  // Until the trouble began events kept it true; a fetch since then is newer still.
  const asOf = Math.max(since, fetchedAt)
  const minutes = Math.max(0, Math.floor((now - asOf) / 60_000))
  return (
    <span className={styles.age}>
      As of {CLOCK.format(asOf)}
      {minutes > 0 && `, ${minutes} min ago`}
    </span>
  )
}
