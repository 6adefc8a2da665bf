import { Workbox } from 'workbox-window'
import { SCRIPT_URL } from '../../worker/tab/script-url.ts'
import type { ReloadHindrance } from './reload-hindrance.ts'

/** Whether a newer version of the app is installed and waits. */
export interface Updates {
  subscribe: (listener: () => void) => () => void
  ready: () => boolean
  /** Somebody agreed, and the page reloads once this is over; null when nothing is waited for. */
  waitsFor: () => string | null
  /** Lets the new version take over and loads the page anew, as soon as nothing is in the way. */
  apply: () => void
}

/** What a newer worker has to install itself, when a page asks for it because it may not go on. */
const INSTALL_WITHIN_MS = 10_000
/** How often a page that stays open all day asks whether there is a new version. */
const CHECK_INTERVAL_MS = 60 * 60 * 1000
/** A page that is looked at again asks too, when it has not for this long. */
const CHECK_AGAIN_AFTER_MS = 10 * 60 * 1000
const LOOK_MS = 500

/** Never rejects: a page without a service worker works, only not without a network. */
export function createUpdates(hindrance: ReloadHindrance = () => null): Updates {
  const listeners = new Set<() => void>()
  let workbox: Workbox | null = null
  let registration: ServiceWorkerRegistration | undefined
  let isReady = false
  let isAgreed = false
  let waitsFor: string | null = null
  let checkedAt = Date.now()

  function tell(): void {
    for (const listener of listeners) listener()
  }

  function isThere(): void {
    isReady = true
    tell()
  }

  async function register(): Promise<void> {
    // Before anybody can agree: in a page that a worker serves, another one takes over only when a person let it in, here or
    // in another tab. All of them go on with the new version, each as soon as it can.
    if (navigator.serviceWorker.controller)
      navigator.serviceWorker.addEventListener('controllerchange', () => whenFree(() => location.reload()))
    // First the narrow scope without a fetch handler, so that no runtime is ever started under the wide one.
    await navigator.serviceWorker.register(SCRIPT_URL.narrowWorker, { scope: '/rt/' })
    const app = new Workbox(SCRIPT_URL.appWorker)
    app.addEventListener('waiting', isThere)
    // For a page that is older than its first worker no newer one waits: it takes over at once, and the page stays old.
    app.addEventListener('activated', ({ isExternal }) => {
      if (isExternal) isThere()
    })
    registration = await app.register()
    workbox = app
    setInterval(check, CHECK_INTERVAL_MS)
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && Date.now() - checkedAt >= CHECK_AGAIN_AFTER_MS) check()
    })
  }

  function check(): void {
    checkedAt = Date.now()
    workbox?.update().catch(() => {
      // Without a network there is nothing new.
    })
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
    waitsFor: () => waitsFor,
    apply: () => whenFree(replace),
  }

  /** Agreed once, by whomever: what asks again finds it under way. */
  function whenFree(go: () => void): void {
    if (isAgreed) return
    isAgreed = true
    const from = Date.now()
    const look = () => {
      const next = hindrance(Date.now() - from)
      if (next !== waitsFor) {
        waitsFor = next
        // A page that was let in elsewhere says so too.
        isReady = true
        tell()
      }
      if (next === null) go()
      else setTimeout(look, LOOK_MS)
    }
    look()
  }

  function replace(): void {
    if (registration?.waiting) letIn(registration.waiting)
    else void find().then((next) => (next ? letIn(next) : location.reload()))
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
