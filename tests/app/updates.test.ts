import { beforeEach, expect, it, vi } from 'vitest'
import type { ReloadHindrance } from '../../app/pwa/reload-hindrance.ts'
import { createUpdates } from '../../app/pwa/updates.ts'

/** A worker as a page sees it, moved on by hand. */
class FakeWorker extends EventTarget {
  state = 'installed'
  become(state: string): void {
    this.state = state
    this.dispatchEvent(new Event('statechange'))
  }
}

const browser = vi.hoisted(() => ({
  registration: {
    waiting: null as FakeWorker | null,
    installing: null as FakeWorker | null,
    update: () => Promise.resolve(),
  },
  listeners: new Map<string, (event: object) => void>(),
  skips: 0,
  reloads: 0,
  checks: 0,
}))

let container: EventTarget & { controller: object | null }
let page: EventTarget & { visibilityState: string }

vi.mock('workbox-window', () => ({
  Workbox: class {
    addEventListener(type: string, listener: (event: object) => void): void {
      browser.listeners.set(type, listener)
    }
    register = () => Promise.resolve(browser.registration)
    update = () => {
      browser.checks += 1
      return Promise.resolve()
    }
    messageSkipWaiting(): void {
      browser.skips += 1
    }
  },
}))

beforeEach(() => {
  Object.assign(browser, { skips: 0, reloads: 0, checks: 0 })
  Object.assign(browser.registration, { waiting: null, installing: null })
  browser.listeners.clear()
  vi.useFakeTimers()
  container = Object.assign(new EventTarget(), { controller: {}, register: () => Promise.resolve() })
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  vi.stubGlobal('navigator', { serviceWorker: container })
  vi.stubGlobal('document', page)
  vi.stubGlobal('location', { reload: () => (browser.reloads += 1) })
  return () => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  }
})

async function registered(hindrance?: ReloadHindrance) {
  const updates = createUpdates(hindrance)
  await vi.advanceTimersByTimeAsync(0)
  return updates
}

it('a reload waits until the new version has taken over', async () => {
  const updates = await registered()
  const next = new FakeWorker()
  browser.registration.waiting = next
  browser.listeners.get('waiting')?.({})
  expect(updates.ready()).toBe(true)
  updates.apply()
  expect([browser.skips, browser.reloads]).toEqual([1, 0])
  next.become('activating')
  expect(browser.reloads).toBe(0)
  next.become('activated')
  expect(browser.reloads).toBe(1)
})

it('a page whose new version was let in by another page reloads at once', async () => {
  const updates = await registered()
  browser.registration.waiting = new FakeWorker()
  browser.listeners.get('waiting')?.({})
  browser.registration.waiting = null
  updates.apply()
  await vi.advanceTimersByTimeAsync(0)
  expect(browser.reloads).toBe(1)
})

it('a page that no worker serves is told of a new version, and not of the first one', async () => {
  const updates = await registered()
  browser.listeners.get('activated')?.({ isExternal: false })
  expect(updates.ready()).toBe(false)
  browser.listeners.get('activated')?.({ isExternal: true })
  expect(updates.ready()).toBe(true)
})

it('a page that may not go on asks for the newer version first: a plain reload would bring the old one', async () => {
  const updates = await registered()
  const next = new FakeWorker()
  next.state = 'installing'
  browser.registration.installing = next
  updates.apply()
  await vi.advanceTimersByTimeAsync(0)
  expect([browser.skips, browser.reloads]).toEqual([0, 0])
  browser.registration.waiting = next
  next.become('installed')
  await vi.advanceTimersByTimeAsync(0)
  expect([browser.skips, browser.reloads]).toEqual([1, 0])
  next.become('activated')
  expect(browser.reloads).toBe(1)
})

it('a newer version that does not come is not waited for', async () => {
  const updates = await registered()
  browser.registration.installing = new FakeWorker()
  updates.apply()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([browser.skips, browser.reloads]).toEqual([0, 1])
})

it('an agreed reload waits for what is in the way, says so, and goes by itself', async () => {
  let reason: string | null = 'once 2 changes are sent.'
  const updates = await registered(() => reason)
  const next = new FakeWorker()
  browser.registration.waiting = next
  browser.listeners.get('waiting')?.({})
  updates.apply()
  updates.apply()
  await vi.advanceTimersByTimeAsync(5000)
  expect([updates.waitsFor(), browser.skips]).toEqual(['once 2 changes are sent.', 0])
  reason = null
  await vi.advanceTimersByTimeAsync(1000)
  expect([updates.waitsFor(), browser.skips]).toEqual([null, 1])
  next.become('activated')
  expect(browser.reloads).toBe(1)
})

it('a version that was let in by another tab is taken up here as well, and not over an open form', async () => {
  let reason: string | null = 'once the form you have open is saved or closed.'
  const updates = await registered(() => reason)
  container.dispatchEvent(new Event('controllerchange'))
  await vi.advanceTimersByTimeAsync(5000)
  expect([updates.ready(), updates.waitsFor(), browser.reloads]).toEqual([true, reason, 0])
  reason = null
  await vi.advanceTimersByTimeAsync(1000)
  expect(browser.reloads).toBe(1)
})

it('the first worker of a page takes over without a reload', async () => {
  container.controller = null
  await registered()
  container.dispatchEvent(new Event('controllerchange'))
  await vi.advanceTimersByTimeAsync(1000)
  expect(browser.reloads).toBe(0)
})

it('asks every hour, and when it is looked at again after a while', async () => {
  await registered()
  await vi.advanceTimersByTimeAsync(60 * 60 * 1000)
  expect(browser.checks).toBe(1)
  page.dispatchEvent(new Event('visibilitychange'))
  expect(browser.checks, 'asked a moment ago').toBe(1)
  await vi.advanceTimersByTimeAsync(11 * 60 * 1000)
  page.visibilityState = 'hidden'
  page.dispatchEvent(new Event('visibilitychange'))
  expect(browser.checks, 'nobody looks').toBe(1)
  page.visibilityState = 'visible'
  page.dispatchEvent(new Event('visibilitychange'))
  expect(browser.checks).toBe(2)
})
