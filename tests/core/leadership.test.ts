import { expect, test } from 'vitest'
import { onAbort } from '../../worker/core/abort.ts'
import { createLeadership, STORE_DEADLINE_MS, type LeadOptions } from '../../worker/core/leadership.ts'
import { createBrowserProfile } from '../support/browser-profile.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { createVirtualPlatform, type VirtualPlatform } from '../support/virtual-platform.ts'

function world() {
  const time = createVirtualClock()
  const profile = createBrowserProfile(time)
  const log: string[] = []
  function candidate(name: string, parts: Partial<VirtualPlatform> = {}, options: Partial<LeadOptions> = {}) {
    const platform = { ...createVirtualPlatform({ ...createScriptedHttp(), time, profile }), ...parts }
    const over = new AbortController()
    let finish = () => {}
    const { signal } = over
    const lead = createLeadership(platform).lead
    const done = lead('sh1', { signal, wait: signal, above: 0, ...options }, (term) => {
      log.push(`${name} leads as ${term.generation}`)
      return new Promise<string>((resolve) => {
        finish = () => resolve('done')
        onAbort(term.signal, () => resolve('aborted'))
      })
    })
    const ending = done.then(
      (ending) => log.push(`${name} is ${ending}`),
      (error: Error) => log.push(`${name} gave up: ${error.name}`),
    )
    return { platform, over, ending, finish: () => finish() }
  }
  return { candidate, log, settle: () => time.advance(0), pass: time.advance, profile }
}

test('[LD01] [LD03] the second waits while the first leads, and leads when its work ends', async () => {
  const { candidate, log, settle } = world()
  const first = candidate('first')
  candidate('second')
  await settle()
  expect(log).toEqual(['first leads as 1'])
  first.finish()
  await settle()
  expect(log).toEqual(['first leads as 1', 'first is done', 'second leads as 2'])
})

test('[LD02] every leadership has a higher generation than the last, over all runtimes of a profile', async () => {
  const { candidate, log, settle } = world()
  for (const name of ['a', 'b', 'c']) {
    const leader = candidate(name)
    await settle()
    leader.finish()
    await settle()
  }
  expect(log.filter((line) => line.includes('leads'))).toEqual([
    'a leads as 1',
    'b leads as 2',
    'c leads as 3',
  ])
})

test('[LD03] a leader that dies without a word is followed by the next', async () => {
  const { candidate, log, settle } = world()
  const first = candidate('first')
  candidate('second')
  await settle()
  first.platform.die()
  await settle()
  expect(log.at(-1)).toBe('second leads as 2')
})

test('[LD01] who gives up while waiting never leads and leaves the line', async () => {
  const { candidate, log, settle, profile } = world()
  const first = candidate('first')
  const second = candidate('second')
  await settle()
  second.over.abort()
  await settle()
  expect(log.at(-1)).toBe('second is aside')
  first.finish()
  await settle()
  expect(profile.held()).toEqual([])
})

test('[LD06] a store that refuses leaves the wall clock as the generation', async () => {
  const { candidate, log, settle, profile } = world()
  const store = { ...profile.store, update: () => Promise.reject(new Error('quota')) }
  const { platform } = candidate('first', { store })
  await settle()
  expect(log).toEqual([`first leads as ${platform.clock.wallMs()}`])
})

test('[LD06] a store that hangs is waited for two seconds', async () => {
  const { candidate, log, settle, profile, pass } = world()
  const store = { ...profile.store, update: () => new Promise<never>(() => {}) }
  const { platform } = candidate('first', { store })
  await settle()
  expect(log).toEqual([])
  await pass(STORE_DEADLINE_MS)
  expect(log).toEqual([`first leads as ${platform.clock.wallMs()}`])
})

test('[LD02] a generation that was heard of is passed, whatever the store remembers', async () => {
  const { candidate, log, settle } = world()
  const first = candidate('first', {}, { above: 41 })
  await settle()
  first.finish()
  await settle()
  candidate('second')
  await settle()
  expect(log.filter((line) => line.includes('leads'))).toEqual(['first leads as 42', 'second leads as 43'])
})

test('[LD09] who steals leads at once, and who was stolen from has ended its work before it says so', async () => {
  const { candidate, log, settle } = world()
  candidate('first')
  candidate('second')
  await settle()
  candidate('thief', {}, { steal: true })
  await settle()
  expect(log).toEqual(['first leads as 1', 'thief leads as 2', 'first is stolen'])
})

test('[LD01] who is sent aside while it waits leaves the line; once it leads it is not', async () => {
  const { candidate, log, settle } = world()
  const [early, late] = [new AbortController(), new AbortController()]
  candidate('first', {}, { wait: late.signal })
  candidate('second', {}, { wait: early.signal })
  await settle()
  early.abort()
  late.abort()
  await settle()
  expect(log).toEqual(['first leads as 1', 'second is aside'])
})
