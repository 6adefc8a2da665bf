import { useEffect, useState } from 'react'
import { asOfText } from './as-of-text.ts'
import { useStatus } from './runtime-provider.tsx'

const TICK_MS = 30_000
const HOUR_MIN = 60

/** While nothing keeps the page true: how old what is shown may be. */
export function DataAge({ fetchedAt, className }: { fetchedAt: number; className: string | undefined }) {
  const { phase, since } = useStatus()
  const isStale = phase === 'offline' || phase === 'degraded' || phase === 'expired'
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isStale) return undefined
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [isStale])
  if (!isStale || fetchedAt === 0) return null
  // Until the trouble began events kept it true, unless it is older than this page: then it was kept from an earlier one.
  const asOf = fetchedAt < performance.timeOrigin ? fetchedAt : Math.max(since, fetchedAt)
  const minutes = Math.max(0, Math.floor((now - asOf) / 60_000))
  return (
    <span className={className} data-testid="data-age">
      As of {asOfText(asOf, now)}
      {minutes > 0 && minutes < HOUR_MIN && `, ${minutes} min ago`}
    </span>
  )
}
