/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { sendOnSync } from './send-on-sync.ts'

declare const self: ServiceWorkerGlobalScope
declare const __PRECACHE__: { url: string; revision: string | null }[]

const PAGE = '/index.html'
/** Put in by the server: a page that is kept from an earlier deploy of the same build would say the wrong one. */
const DEPLOY = '__STANDPIPE_DEPLOY__'

/** What belongs to the server, whatever the address bar says; the pages live under /finance and /tasks as well. */
const NOT_PAGES = [
  /^\/(?:api|auth|realtime|streams|telemetry|config|metrics|healthz|readyz|rt)(?:\/|$)/,
  /^\/[a-z]+\/(?:realtime|events)(?:\/|$)/,
]

// The shell of the app and nothing else. No poll and no write ever passes through here: a fetch handler over them would
// hide an abort from the server (measured), and the runtime's own script is registered under a scope without one.
precacheAndRoute(
  __PRECACHE__.map((entry) =>
    entry.url === PAGE ? { ...entry, revision: `${entry.revision}.${DEPLOY}` } : entry,
  ),
)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL(PAGE), { denylist: NOT_PAGES }))

sendOnSync(self)

// A new version waits until the person at the page says so: half a day of unsent work may be open in it.
self.addEventListener('message', (event) => {
  if ((event.data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})
