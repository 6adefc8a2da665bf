import { expect, test } from 'vitest'
import { createDeadline } from '../../worker/core/deadline.ts'
import { createPause, WAIT_MAX_MS } from '../../worker/core/pause.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualPlatform } from '../support/virtual-platform.ts'

function rig() {
  const { clock, time } = createVirtualPlatform(createScriptedHttp())
  return { clock, time, pause: createPause(clock), over: new AbortController() }
}

test('[PL10] a pause ends when poked and says so; a poke without a pause ends the next one', async () => {
  const { pause, over, time } = rig()
  const first = pause.wait(1000, over.signal)
  pause.poke()
  expect(await first).toBe(true)
  pause.poke()
  const second = pause.wait(1000, over.signal)
  await time.advance(0)
  expect(await second).toBe(true)
  const third = pause.wait(1000, over.signal)
  await time.advance(1000)
  expect(await third).toBe(false)
})

test('[PL16] the longest wait is the longest a timer takes', async () => {
  const { pause, over, time } = rig()
  let ended = false
  void pause.wait(Number.MAX_SAFE_INTEGER, over.signal).then(() => (ended = true))
  await time.advance(WAIT_MAX_MS - 1)
  expect(ended).toBe(false)
  await time.advance(1)
  expect(ended).toBe(true)
})

test('[PL09] a deadline aborts after its time or with its parent, tells which, and leaves no timer behind', async () => {
  const { clock, time, over } = rig()
  const late = createDeadline(clock, 1000)
  await time.advance(1000)
  expect([late.signal.aborted, late.timedOut()]).toEqual([true, true])
  const ended = createDeadline(clock, 1000, over.signal)
  over.abort()
  expect([ended.signal.aborted, ended.timedOut()]).toEqual([true, false])
  expect(createDeadline(clock, 1000, over.signal).signal.aborted).toBe(true)
  late.end()
  ended.end()
  expect(time.pending()).toBe(1)
})
