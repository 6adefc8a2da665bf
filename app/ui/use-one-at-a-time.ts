import { useRef, useState } from 'react'

/** Nothing is said of what takes no longer. */
const SLOW_MS = 300

/**
 * Runs what a press starts, and nothing for a press that comes before it has ended. `isSlow` while it takes long enough to
 * be worth saying.
 */
export function useOneAtATime(): { isSlow: boolean; run: (work: () => Promise<void>) => void } {
  const isRunning = useRef(false)
  const [isSlow, setSlow] = useState(false)

  async function runAlone(work: () => Promise<void>): Promise<void> {
    if (isRunning.current) return
    isRunning.current = true
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    try {
      await work()
    } finally {
      clearTimeout(timer)
      isRunning.current = false
      setSlow(false)
    }
  }

  return { isSlow, run: (work) => void runAlone(work).catch(reportError) }
}
