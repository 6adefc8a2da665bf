import { Workbox } from 'workbox-window'

/** Whether a newer version of the app is installed and waits. */
export interface Updates {
  subscribe: (listener: () => void) => () => void
  ready: () => boolean
  /** Lets the new version take over and loads the page anew. */
  apply: () => void
}

/** How often a page that stays open all day asks whether there is a new version. */
const CHECK_INTERVAL_MS = 30 * 60 * 1000

/** Never rejects: a page without a service worker works, only not without a network. */
export function createUpdates(): Updates {
  const listeners = new Set<() => void>()
  let workbox: Workbox | null = null
  let isReady = false

  async function register(): Promise<void> {
    // First the narrow scope without a fetch handler, so that no runtime is ever started under the wide one.
    await navigator.serviceWorker.register('/rt/sw.js', { scope: '/rt/' })
    const app = new Workbox('/service-worker.js')
    app.addEventListener('waiting', () => {
      isReady = true
      for (const listener of listeners) listener()
    })
    await app.register()
    workbox = app
    setInterval(() => void app.update().catch(() => {}), CHECK_INTERVAL_MS)
  }

  if ('serviceWorker' in navigator) register().catch((error: unknown) => reportError(error))

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    ready: () => isReady,
    apply() {
      workbox?.addEventListener('controlling', () => location.reload())
      workbox?.messageSkipWaiting()
    },
  }
}
