import { OUTBOX_SYNC_TAG } from '../wire/outbox.ts'

interface SyncRegistration {
  sync?: { register(tag: string): Promise<void> }
}

/**
 * Asks the browser to send with no tab open (Background Sync, Chromium only: https://wicg.github.io/background-sync/spec/). An
 * accelerator and never the mechanism: three tries within twenty minutes, and none from a worker without a window (measured).
 */
export function registerSync(): void {
  if (!('serviceWorker' in navigator)) return
  navigator.serviceWorker
    .getRegistration('/')
    .then((registration) => (registration as SyncRegistration | undefined)?.sync?.register(OUTBOX_SYNC_TAG))
    .catch(() => {
      // Refused by the person or the browser: the next tab sends.
    })
}
