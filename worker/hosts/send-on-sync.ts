/// <reference lib="webworker" />
import { createSendAlone } from '../core/send-alone.ts'
import { createBrowserPlatform } from '../platform/browser-platform.ts'
import { WORKER_LEASE_MS } from '../platform/locks.ts'
import { OUTBOX_SYNC_TAG } from '../wire/outbox.ts'

/** https://wicg.github.io/background-sync/spec/#sync-event; the compiler's libraries do not have it. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string
  readonly lastChance: boolean
}

/**
 * Answers Background Sync. A rejection makes the browser try again, three times in all (Chromium's constant); after that the
 * next tab sends.
 */
export function sendOnSync(scope: ServiceWorkerGlobalScope): void {
  // Made at the first event: nearly every start of this worker is for something else.
  let sendAlone: (() => Promise<boolean>) | null = null

  async function hasTabs(): Promise<boolean> {
    const tabs = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
    return tabs.length > 0
  }

  async function send(lastChance: boolean): Promise<void> {
    const platform = createBrowserPlatform(WORKER_LEASE_MS)
    sendAlone ??= createSendAlone({ platform, hasTabs, instanceId: platform.random.id(12) })
    if (!(await sendAlone()) && !lastChance) throw new Error('Something waits to be sent.')
  }

  scope.addEventListener('sync', (event) => {
    const { tag, lastChance } = event as SyncEvent
    if (tag === OUTBOX_SYNC_TAG) (event as SyncEvent).waitUntil(send(lastChance))
  })
}
