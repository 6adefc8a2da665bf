import { useEffect, useState } from 'react'
import { useRealtime } from '../realtime/runtime-provider.tsx'
import { readHistory, type Sample } from './history.ts'

const REFRESH_MS = 10_000
/** Three hours, as the server keeps them. */
const SAMPLES_MAX = 1080

/** The last hours and what comes while the page is in sight; the failure of a reading is told by the figures beside. */
export function useHistory(): readonly Sample[] {
  const { runtime } = useRealtime()
  const [samples, setSamples] = useState<readonly Sample[]>([])
  useEffect(() => {
    let isOver = false
    let last = 0
    async function read(): Promise<void> {
      if (document.visibilityState === 'hidden') return
      const news = await readHistory({ runtime }, last).catch(() => [])
      const newest = news.at(-1)
      if (isOver || !newest) return
      last = newest.at
      setSamples((before) => [...before, ...news].slice(-SAMPLES_MAX))
    }
    void read()
    const timer = setInterval(() => void read(), REFRESH_MS)
    const look = () => void read()
    document.addEventListener('visibilitychange', look)
    return () => {
      isOver = true
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [runtime])
  return samples
}
