/// <reference lib="webworker" />
import { keepAppShell } from './app-shell.ts'
import { sendOnSync } from './send-on-sync.ts'

declare const self: ServiceWorkerGlobalScope

keepAppShell()
sendOnSync(self)

// A new version waits until the person at the page says so: half a day of unsent work may be open in it.
self.addEventListener('message', (event) => {
  if ((event.data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})
