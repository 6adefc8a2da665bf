import { expect, test } from 'vitest'
import { createLeadership } from '../../worker/core/leadership.ts'
import { createBrowserProfile } from '../support/browser-profile.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { createVirtualPlatform, type VirtualPlatform } from '../support/virtual-platform.ts'

function world() {
  const time = createVirtualClock()
  const profile = createBrowserProfile(time)
  const log: string[] = []
  function candidate(name: string, parts: Partial<VirtualPlatform> = {}) {
    const platform = { ...createVirtualPlatform({ ...createScriptedHttp(), time, profile }), ...parts }
    const over = new AbortController()
    let finish = () => {}
    const done = createLeadership(platform).lead('sh1', over.signal, ({ generation }) => {
      log.push(`${name} leads as ${generation}`)
      return new Promise((resolve) => (finish = resolve))
    })
    const ending = done.then(
      () => log.push(`${name} is done`),
      (error: Error) => log.push(`${name} gave up: ${error.name}`),
    )
    return { platform, over, ending, finish: () => finish() }
  }
  return { candidate, log, settle: () => time.advance(0), profile }
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
  expect(log.at(-1)).toBe('second gave up: AbortError')
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
