import { expect, test } from 'vitest'
import { createStatus } from '../../worker/core/status.ts'
import type { RuntimeStatus } from '../../worker/wire/port.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualPlatform } from '../support/virtual-platform.ts'

test('[HB08] a status is told when it changes, and dates from the begin of its phase', async () => {
  const { clock, time } = createVirtualPlatform(createScriptedHttp())
  const told: RuntimeStatus[] = []
  const start = time.now()
  const status = createStatus({ clock, host: 'tab', onChange: (next) => void told.push(next) })
  await time.advance(1000)
  status.say('live', 'answered')
  await time.advance(1000)
  status.say('live', 'answered')
  status.say('live', 'following')
  status.say('offline', 'network', 4000)
  status.sayRole('leader')
  expect(
    told.map(({ phase, reason, since, retryAt, role }) => [phase, reason, since - start, retryAt, role]),
  ).toEqual([
    ['live', 'answered', 1000, null, 'follower'],
    ['live', 'following', 1000, null, 'follower'],
    ['offline', 'network', 2000, start + 6000, 'follower'],
    ['offline', 'network', 2000, start + 6000, 'leader'],
  ])
})
