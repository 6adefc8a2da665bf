/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { NOT_PAGES } from './page-paths.ts'

declare const __PRECACHE__: { url: string; revision: string | null }[]

const PAGE = '/index.html'
/** Put in by the server: a page that is kept from an earlier deploy of the same build would say the wrong one. */
const DEPLOY = '__STANDPIPE_DEPLOY__'

/**
 * Keeps the shell of the app and nothing else. No poll and no write ever passes through here: a fetch handler over them
 * would hide an abort from the server (measured), and the runtime's own script is registered under a scope without one.
 */
export function keepAppShell(): void {
  precacheAndRoute(
    __PRECACHE__.map((entry) =>
      entry.url === PAGE ? { ...entry, revision: `${entry.revision}.${DEPLOY}` } : entry,
    ),
  )
  cleanupOutdatedCaches()
  registerRoute(new NavigationRoute(createHandlerBoundToURL(PAGE), { denylist: NOT_PAGES }))
}
