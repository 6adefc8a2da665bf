import { useEffect, useState } from 'react'
import { localDay } from './due-text.ts'

const LOOK_MS = 60_000

/** The reader's day; a page left open overnight turns with it. */
export function useToday(): string {
  const [today, setToday] = useState(() => localDay(Date.now()))
  useEffect(() => {
    const look = () => setToday(localDay(Date.now()))
    const timer = setInterval(look, LOOK_MS)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [])
  return today
}
