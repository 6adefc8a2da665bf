import { expect, test } from 'vitest'
import { BEAT_MS } from '../../worker/core/beat.ts'
import {
  ANSWER_MS,
  createLeadWatch,
  LOOK_MS,
  MISSED_BEAT_MS,
  ORPHAN_LOOK_MS,
  STALE_LEADER_MS,
  STEAL_JITTER_MS,
  STEAL_REST_MS,
} from '../../worker/core/lead-watch.ts'
import { leadLock } from '../../worker/wire/names.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualPlatform } from '../support/virtual-platform.ts'

/** Long enough for every look, question and jitter of one decision. */
const DECIDED_MS = STALE_LEADER_MS + MISSED_BEAT_MS + ANSWER_MS + ORPHAN_LOOK_MS + STEAL_JITTER_MS

async function rig() {
  const platform = createVirtualPlatform(createScriptedHttp())
  const { locks } = platform.profile.join()
  const end = { hold: () => {} }
  const holding = locks.request(leadLock('sh1'), {}, () => new Promise<void>((r) => (end.hold = r)))
  holding.catch(() => {})
  void platform.locks.request(leadLock('sh1'), {}, () => new Promise(() => {}))
  const state = { heardAt: platform.clock.monotonicMs(), generation: 1, visible: true, asked: 0, sh: 'sh1' }
  const over = new AbortController()
  const watcher = createLeadWatch(platform)
  const decisions: unknown[] = []
  function watch() {
    const watched = {
      sh: state.sh,
      heardAt: () => state.heardAt,
      generation: () => state.generation,
      visible: () => state.visible,
      ask: () => void (state.asked += 1),
    }
    void watcher.watch(watched, over.signal).then((decision) => decisions.push(decision))
  }
  watch()
  await platform.time.advance(0)
  const hear = () => (state.heardAt = platform.clock.monotonicMs())
  return { platform, state, over, watcher, watch, decisions, hear, pass: platform.time.advance }
}

test('[LD10] a lock that is waited for and held by nobody is orphaned: two looks, then it is to be stolen', async () => {
  const { platform, decisions, pass } = await rig()
  platform.profile.orphan(leadLock('sh1'))
  await pass(MISSED_BEAT_MS)
  expect(decisions).toEqual([])
  await pass(ORPHAN_LOOK_MS)
  expect(decisions).toEqual(['orphaned'])
})

test('[LD10] a lock that is free for a moment only is not', async () => {
  const { platform, decisions, pass } = await rig()
  platform.profile.orphan(leadLock('sh1'))
  await pass(MISSED_BEAT_MS + ORPHAN_LOOK_MS / 2)
  void platform.profile.join().locks.request(leadLock('sh1'), { steal: true }, () => new Promise(() => {}))
  await pass(ORPHAN_LOOK_MS)
  expect(decisions).toEqual([])
})

test('[LD11] a leader that beats is left alone, however long', async () => {
  const { decisions, pass, hear } = await rig()
  for (let beat = 0; beat < 100; beat += 1) {
    await pass(BEAT_MS)
    hear()
  }
  expect(decisions).toEqual([])
})

test('[LD11] a leader without a beat is asked, and given up when it does not answer', async () => {
  const { decisions, pass, state } = await rig()
  await pass(STALE_LEADER_MS - 1)
  expect([decisions, state.asked]).toEqual([[], 0])
  await pass(DECIDED_MS)
  expect([decisions, state.asked]).toEqual([['hung'], 1])
})

test('[LD11] a leader that answers when asked is not', async () => {
  const { decisions, pass, state, hear } = await rig()
  while (state.asked === 0) await pass(500)
  hear()
  await pass(ANSWER_MS + ORPHAN_LOOK_MS + STEAL_JITTER_MS)
  expect(decisions).toEqual([])
})

test('[LD11] nobody steals for tabs that nobody sees', async () => {
  const { decisions, pass, state } = await rig()
  state.visible = false
  await pass(10 * DECIDED_MS)
  expect([decisions, state.asked]).toEqual([[], 0])
})

test('[LD11] a runtime that does not hear itself takes the silence for its own', async () => {
  const { platform, decisions, pass } = await rig()
  platform.channels.open = () => ({ post: () => {}, close: () => {} })
  await pass(10 * DECIDED_MS)
  expect(decisions).toEqual([])
})

test('[LD11] one generation is stolen from once, and the next not before a rest', async () => {
  const { decisions, pass, state, watch, hear } = await rig()
  await pass(DECIDED_MS)
  watch()
  await pass(10 * DECIDED_MS)
  expect(decisions).toEqual(['hung'])
  state.generation = 2
  await pass(DECIDED_MS)
  expect(decisions).toEqual(['hung', 'hung'])
  hear()
  state.generation = 3
  watch()
  await pass(STEAL_REST_MS)
  expect(decisions).toHaveLength(2)
  await pass(STEAL_REST_MS + DECIDED_MS)
  expect(decisions).toHaveLength(3)
})

test('[LD11] what was stolen in one session says nothing of the next, which counts anew', async () => {
  const { decisions, pass, state, watch, hear } = await rig()
  state.generation = 30
  await pass(DECIDED_MS)
  expect(decisions).toEqual(['hung'])
  state.sh = 'sh2'
  state.generation = 1
  hear()
  watch()
  await pass(STEAL_REST_MS + DECIDED_MS)
  expect(decisions).toEqual(['hung', 'hung'])
})

test('[LD11] who was stolen from rests before it steals', async () => {
  const { decisions, pass, watcher } = await rig()
  watcher.stolenFrom()
  await pass(STEAL_REST_MS - 1)
  expect(decisions).toEqual([])
  await pass(DECIDED_MS)
  expect(decisions).toEqual(['hung'])
})

test('[LD11] after a sleep the leader is given its time again', async () => {
  const { platform, decisions, state, pass, hear } = await rig()
  const { monotonicMs } = platform.clock
  platform.clock.monotonicMs = () => monotonicMs() + 3_600_000
  await pass(LOOK_MS)
  hear()
  await pass(MISSED_BEAT_MS - 1)
  expect([decisions, state.asked]).toEqual([[], 0])
})

test('[LD11] a watch that is over decides nothing', async () => {
  const { over, decisions, pass } = await rig()
  over.abort()
  await pass(DECIDED_MS)
  expect(decisions).toEqual([null])
})
