import { beforeEach, expect, test } from 'vitest'
import { createOutbox, type Outbox } from '../../worker/core/outbox.ts'
import { createSendAlone, LEFT_TO_TABS_MS, SEND_LOCK_WAIT_MS } from '../../worker/core/send-alone.ts'
import { OUTBOX_LOCK } from '../../worker/wire/outbox.ts'
import { aGrant, aView } from '../support/core-samples.ts'
import { createSessionRig, type SessionRig } from '../support/session-rig.ts'
import { aWrite } from '../support/writes.ts'

let rig: SessionRig
let outbox: Outbox
let tabs = 0

/** Somebody was signed in here, entered something and closed the last tab: no token is left. */
beforeEach(async () => {
  tabs = 0
  rig = createSessionRig()
  await rig.platform.store.set('session', aView())
  outbox = createOutbox({ ...rig.platform, table: rig.platform.outbox })
  await outbox.append(aWrite('m1'))
})

async function send(): Promise<{ done: () => boolean | undefined }> {
  let done: boolean | undefined
  const hasTabs = () => Promise.resolve(tabs > 0)
  void createSendAlone({ platform: rig.platform, instanceId: 'sw1', hasTabs })().then((is) => (done = is))
  await rig.pass(0)
  return { done: () => done }
}

const refreshed = async (parts = {}) => {
  rig.script.only('/auth/refresh').answer(aGrant('token9', parts))
  await rig.pass(0)
}

test('[OB13] it fetches a token of its own, sends what waits and says that nothing is left', async () => {
  const { done } = await send()
  await refreshed()
  const { request, answer } = rig.script.only('/api')
  expect(request.headers).toMatchObject({
    Authorization: 'Bearer token9',
    'Rt-Actor': 'ada',
    'Idempotency-Key': 'm1',
  })
  answer({ rev: 1 })
  await rig.pass(0)
  expect([done(), rig.platform.profile.outbox.rows()]).toEqual([true, []])
})

test('[OB13] what does not go through is left for the next time', async () => {
  const { done } = await send()
  await refreshed()
  rig.script.only('/api').fail()
  await rig.pass(0)
  expect(done()).toBe(false)
  expect(rig.platform.profile.outbox.rows()).toHaveLength(1)
  expect(rig.platform.profile.held()).not.toContain(OUTBOX_LOCK)
})

test('[OB13] with nobody signed in nothing is asked', async () => {
  await rig.platform.store.set('session', null)
  const { done } = await send()
  expect([done(), rig.script.sent]).toEqual([true, []])
})

test('[OB13] a logout that was written down comes first, and nothing is sent after it', async () => {
  await rig.platform.store.set('logouts', { sh1: 'this' })
  const { done } = await send()
  rig.script.only('/auth/logout').answer(null, { status: 204 })
  await rig.pass(0)
  expect(done()).toBe(true)
  expect(rig.script.sent).toHaveLength(1)
})

test('[OB13] a cookie of somebody else sends nothing', async () => {
  const { done } = await send()
  await refreshed({ userId: 'bob' })
  expect(rig.script.sentTo('/api')).toEqual([])
  expect(done()).toBe(false)
})

test('[OB13] while there are tabs it is theirs to send, and no token is asked for', async () => {
  tabs = 1
  const { done } = await send()
  expect([done(), rig.script.sent]).toEqual([false, []])
})

test('[OB13] tabs that have not sent it for a minute are asleep', async () => {
  tabs = 1
  await rig.pass(LEFT_TO_TABS_MS)
  await send()
  expect(rig.script.sentTo('/auth/refresh')).toHaveLength(1)
})

test('[OB13] when nothing waits no token is asked for', async () => {
  const [row] = rig.platform.profile.outbox.rows()
  await outbox.discard(row!)
  const { done } = await send()
  expect([done(), rig.script.sent]).toEqual([true, []])
})

test('[OB13] it leaves it to whoever sends already, and comes back to look', async () => {
  const other = createSessionRig({ ...rig.platform, script: rig.script, instanceId: 'r2' })
  void other.platform.locks.request(OUTBOX_LOCK, {}, () => new Promise(() => {}))
  await rig.pass(0)
  const { done } = await send()
  await rig.pass(SEND_LOCK_WAIT_MS)
  expect([done(), rig.script.sent]).toEqual([false, []])
})
