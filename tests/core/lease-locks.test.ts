import { expect, test } from 'vitest'
import { createLeaseLocks, LEASE_LOOK_MS } from '../../worker/core/lease-locks.ts'
import type { LockOptions } from '../../worker/core/platform.ts'
import { createBrowserProfile } from '../support/browser-profile.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { createVirtualPlatform } from '../support/virtual-platform.ts'

const LEASE_MS = 6000

function world() {
  const time = createVirtualClock()
  const profile = createBrowserProfile(time)
  const log: string[] = []
  let made = 0
  function context() {
    const platform = createVirtualPlatform({ ...createScriptedHttp(), time, profile })
    const random = { id: () => `owner${(made += 1)}` }
    const locks = createLeaseLocks({ clock: platform.clock, store: platform.store, random }, LEASE_MS)
    function request(name: string, options: LockOptions = {}) {
      let finish = () => {}
      const ending = locks
        .request('one', options, () => {
          log.push(`${name} holds`)
          return new Promise<void>((resolve) => (finish = resolve))
        })
        .then(
          () => log.push(`${name} let go`),
          (error: Error) => log.push(`${name} lost: ${error.name}`),
        )
      return { ending, finish: () => finish() }
    }
    return { platform, locks, request }
  }
  return { context, log, pass: time.advance, profile }
}

test('[LD14] without Web Locks one holds the lease and the next waits until it is let go', async () => {
  const { context, log, pass } = world()
  const first = context().request('first')
  context().request('second')
  await pass(20 * LEASE_MS)
  expect(log).toEqual(['first holds'])
  first.finish()
  await pass(LEASE_LOOK_MS)
  expect(log).toEqual(['first holds', 'first let go', 'second holds'])
})

test('[LD14] a lease whose holder died runs out', async () => {
  const { context, log, pass } = world()
  const dying = context()
  dying.request('first')
  context().request('second')
  await pass(100)
  dying.platform.die()
  await pass(LEASE_MS - 200)
  expect(log).toEqual(['first holds'])
  await pass(200 + LEASE_LOOK_MS)
  expect(log).toEqual(['first holds', 'second holds'])
})

test('[LD14] who is stolen from hears of it when it would renew', async () => {
  const { context, log, pass } = world()
  context().request('first')
  await pass(10)
  context().request('thief', { steal: true })
  await pass(LEASE_MS)
  expect(log).toEqual(['first holds', 'thief holds', 'first lost: AbortError'])
})

test('[LD14] a wait that is aborted is over, and a held lease is told by a query', async () => {
  const { context, log, pass } = world()
  const holder = context()
  const { finish } = holder.request('first')
  await pass(10)
  const over = new AbortController()
  context().request('second', { signal: over.signal })
  await pass(10)
  over.abort()
  await pass(LEASE_LOOK_MS)
  expect(log).toEqual(['first holds', 'second lost: AbortError'])
  expect(await holder.locks.query('one')).toEqual({ held: 1, pending: 0 })
  finish()
  await pass(10)
  expect(await holder.locks.query('one')).toEqual({ held: 0, pending: 0 })
})

test('[LD14] a lease from before the clock was set back holds nobody up', async () => {
  const { context, log, pass, profile } = world()
  const now = context().platform.clock.wallMs()
  await profile.store.set('lease:one', { owner: 'of an hour ahead', until: now + 3_600_000 })
  context().request('first')
  await pass(LEASE_LOOK_MS)
  expect(log).toEqual(['first holds'])
})

test('[LD14] who lost the lease to one that has let go again has lost it all the same', async () => {
  const { context, log, pass } = world()
  context().request('first')
  await pass(10)
  const { finish } = context().request('thief', { steal: true })
  await pass(10)
  finish()
  await pass(LEASE_MS)
  expect(log).toEqual(['first holds', 'thief holds', 'thief let go', 'first lost: AbortError'])
})

test('[LD14] all who share a wait hear of the end, and a holder that only slept learns that it was taken for dead', async () => {
  const { context, log, pass } = world()
  const sleeper = context()
  sleeper.request('holder')
  await pass(10)
  context().request('one', { shared: true })
  context().request('other', { shared: true })
  await pass(3 * LEASE_MS)
  expect(log).toEqual(['holder holds'])
  const wake = sleeper.platform.freeze()
  await pass(LEASE_MS + LEASE_LOOK_MS)
  expect(log).toEqual(['holder holds', 'one holds', 'other holds'])
  await wake()
  await pass(LEASE_MS)
  expect(log.at(-1)).toBe('holder lost: AbortError')
})
