import { useEffect, useState } from 'react'
import { dayOf, untilMidnightMs } from './ledger-days.ts'

/** The reader's day; changes at midnight, so that a page left open overnight speaks of the right one. */
export function useToday(): string {
  const [today, setToday] = useState(() => dayOf(Date.now()))
  useEffect(() => {
    const refresh = () => setToday(dayOf(Date.now()))
    const timer = setTimeout(refresh, untilMidnightMs(Date.now()) + 1000)
    // A computer that slept through midnight runs its timers late: looking at the page sets the day right.
    document.addEventListener('visibilitychange', refresh)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', refresh)
    }
    // A new day needs a timer for its own midnight.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [today])
  return today
}
