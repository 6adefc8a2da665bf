import { useCallback } from 'react'
import { useNotice } from '../ui/notice.tsx'
import type { Saved } from './save-write.ts'
import { lostWords } from './saved-words.ts'

/** For a change made by one press: says so when it was not saved. */
export function useTellLost(): (saved: Promise<Saved>) => void {
  const notice = useNotice()
  return useCallback(
    (saving) => {
      async function tell(): Promise<void> {
        const words = lostWords(await saving)
        if (words !== null) notice(words)
      }
      tell().catch(reportError)
    },
    [notice],
  )
}
