import { Workbox } from 'workbox-window'
import { SCRIPT_URL } from '../../worker/tab/script-url.ts'

/** Whether a newer version of the app is installed and waits. */
export interface Updates {
  subscribe: (listener: () => void) => () => void
  ready: () => boolean
  /** Lets the new version take over and loads the page anew. */
  apply: () => void
}

/** What a newer worker has to install itself, when a page asks for it because it may not go on. */
const INSTALL_WITHIN_MS = 10_000
/** How often a page that stays open all day asks whether there is a new version. */
const CHECK_INTERVAL_MS = 30 * 60 * 1000

/** Never rejects: a page without a service worker works, only not without a network. */
export function createUpdates(): Updates {
  const listeners = new Set<() => void>()
  let workbox: Workbox | null = null
  let registration: ServiceWorkerRegistration | undefined
  let isReady = false

  function tell(): void {
    isReady = true
    for (const listener of listeners) listener()
  }

  async function register(): Promise<void> {
    // First the narrow scope without a fetch handler, so that no runtime is ever started under the wide one.
    await navigator.serviceWorker.register(SCRIPT_URL.narrowWorker, { scope: '/rt/' })
    const app = new Workbox(SCRIPT_URL.appWorker)
    app.addEventListener('waiting', tell)
    // For a page that is older than its first worker no newer one waits: it takes over at once, and the page stays old.
    app.addEventListener('activated', ({ isExternal }) => {
      if (isExternal) tell()
    })
    registration = await app.register()
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
      if (registration?.waiting) letIn(registration.waiting)
      else void find().then((next) => (next ? letIn(next) : location.reload()))
    },
  }

  /** The worker of a newer version: a plain reload would bring the page that this one's worker keeps. */
  async function find(): Promise<ServiceWorker | null> {
    await registration?.update().catch(() => {
      // The server cannot be reached, or has no worker any more: what is here is all there is.
    })
    const installing = registration?.installing
    if (!installing) return registration?.waiting ?? null
    return new Promise((resolve) => {
      setTimeout(() => resolve(null), INSTALL_WITHIN_MS)
      installing.addEventListener('statechange', () => {
        if (installing.state !== 'installing') resolve(registration?.waiting ?? null)
      })
    })
  }

  function letIn(next: ServiceWorker): void {
    // Not `controllerchange`: a page that is older than its first worker has no controller that could change.
    next.addEventListener('statechange', () => {
      if (next.state !== 'activating') location.reload()
    })
    workbox?.messageSkipWaiting()
  }
}
