/**
 * Asks the browser to keep what is stored here even when the disk is full: at the first write that lies on this device, when
 * it is clear to everybody what for. Chromium decides by itself, Firefox asks the person.
 */
export function createAskToPersist(
  storage: Pick<StorageManager, 'persist' | 'persisted'> | undefined,
): () => void {
  let hasAsked = false
  return () => {
    if (hasAsked || !storage) return
    hasAsked = true
    storage
      .persisted()
      .then((isKept) => isKept || storage.persist())
      .catch(() => {
        // No answer is a no.
      })
  }
}
