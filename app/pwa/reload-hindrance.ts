/** Longest an agreed reload waits for what is being sent: a request that was cut off is repeated under its own key. */
export const SENDING_WAIT_MAX_MS = 30_000

/** What a reload has to wait for, as the end of "The page reloads by itself …"; null when nothing is in its way. */
export type ReloadHindrance = (waitedMs: number) => string | null

/**
 * A form that is open with changes is waited for without end: they are nowhere but on the page. Drafts of new entries and
 * tasks are kept over a reload, and are no reason to wait.
 */
export function createReloadHindrance(page: {
  hasUnsavedForm: () => boolean
  /** How many writes are on their way at this moment. */
  sending: () => number
}): ReloadHindrance {
  return (waitedMs) => {
    if (page.hasUnsavedForm()) return 'once the form you have open is saved or closed.'
    const sending = page.sending()
    if (sending === 0 || waitedMs >= SENDING_WAIT_MAX_MS) return null
    return sending === 1 ? 'once 1 change is sent.' : `once ${sending} changes are sent.`
  }
}
