import { useEffect, useMemo } from 'react'
import { useAnnouncer } from '../ui/live-region.tsx'
import { createAnnouncer } from './arrival-words.ts'

/** Says aloud what others did, a sentence every few seconds at most. */
export function useArrivalWords(): (types: readonly string[]) => void {
  const announcer = useAnnouncer()
  const words = useMemo(
    () =>
      createAnnouncer({
        now: () => performance.now(),
        after(ms, fn) {
          const timer = setTimeout(fn, ms)
          return () => clearTimeout(timer)
        },
        say: (text) => announcer.status(text),
      }),
    [announcer],
  )
  useEffect(() => () => words.stop(), [words])
  return words.add
}
