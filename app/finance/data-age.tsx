import { useEffect, useState } from 'react'
import { useStatus } from '../realtime/runtime-provider.tsx'
import styles from './ledger-bar.module.css'

const TICK_MS = 30_000
const HOUR_MIN = 60
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const DAY_AND_CLOCK = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const DAY_MS = 86_400_000

/** The time alone today, with the day before that. */
function asOfText(at: number, now: number): string {
  const day = (ms: number) => new Date(ms).toDateString()
  if (day(at) === day(now)) return CLOCK.format(at)
  if (day(at) === day(now - DAY_MS)) return `yesterday ${CLOCK.format(at)}`
  return `${DAY_AND_CLOCK.format(at)}, ${CLOCK.format(at)}`
}

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
  // Until the trouble began events kept it true, unless it is older than this page: then it was kept from an earlier one.
  const asOf = fetchedAt < performance.timeOrigin ? fetchedAt : Math.max(since, fetchedAt)
  const minutes = Math.max(0, Math.floor((now - asOf) / 60_000))
  return (
    <span className={styles.age}>
      As of {asOfText(asOf, now)}
      {minutes > 0 && minutes < HOUR_MIN && `, ${minutes} min ago`}
    </span>
  )
}
