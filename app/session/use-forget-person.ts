import { useEffect, useRef } from 'react'
import { useAnnouncer } from '../ui/live-region.tsx'

/**
 * What a tab keeps beside its lists (a half-filled entry, what was last read out) goes when its person signs out or somebody
 * else signs in. The end of a session by itself forgets nothing: they sign in again and go on.
 *
 * @param person null for nobody, undefined until that is known
 */
export function useForgetPerson(person: string | null | undefined): void {
  const announcer = useAnnouncer()
  const last = useRef<string | null>(null)
  useEffect(() => {
    if (person === undefined) return
    const before = last.current
    last.current = person
    if (person !== null && (before === null || before === person)) return
    announcer.status('')
    announcer.alert('')
    try {
      sessionStorage.clear()
    } catch {
      // Storage that is forbidden holds nothing.
    }
    // All that had the focus has gone with the last person.
    if (person !== null) document.querySelector('h1')?.focus()
  }, [announcer, person])
}
