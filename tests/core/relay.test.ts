import { expect, test } from 'vitest'
import { createRelay } from '../../worker/core/relay.ts'
import type { Topic } from '../../worker/wire/event.ts'
import { topicChannel, type TopicRelay } from '../../worker/wire/relay.ts'
import { createBrowserProfile } from '../support/browser-profile.ts'
import { anEvent } from '../support/core-samples.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { createVirtualPlatform } from '../support/virtual-platform.ts'

function twoRelays(shs: [string, string] = ['sh1', 'sh1']) {
  const time = createVirtualClock()
  const profile = createBrowserProfile(time)
  const heard: { by: number; topic: Topic; frame: TopicRelay }[] = []
  const relays = shs.map((sh, by) => {
    const platform = createVirtualPlatform({ ...createScriptedHttp(), time, profile })
    const onFrame = (topic: Topic, frame: TopicRelay) => void heard.push({ by, topic, frame })
    return createRelay({ platform, instanceId: `r${by}`, sh, deploy: () => 4, onFrame })
  })
  return { first: relays[0]!, second: relays[1]!, heard, time, profile }
}

test('[RL01] a batch goes out cut by topic, to the others only, and says where it begins and ends', async () => {
  const { first, heard, time } = twoRelays()
  const [money, task] = [anEvent(1), anEvent(2, { topic: 'tasks' })]
  first.batch(3, 'e.0', 'e.2', [money, task])
  await time.advance(10)
  const said = {
    v: 1,
    sh: 'sh1',
    from: 'r0',
    deploy: 4,
    t: 'batch',
    generation: 3,
    topics: ['finance', 'tasks'],
  }
  const parts = { ...said, after: 'e.0', cursor: 'e.2' }
  expect(heard).toEqual([
    { by: 1, topic: 'finance', frame: { ...parts, events: [money] } },
    { by: 1, topic: 'tasks', frame: { ...parts, events: [task] } },
  ])
})

test('[RL01] a batch of nothing is said on every topic: silence means trouble', async () => {
  const { first, heard, time } = twoRelays()
  first.batch(3, 'e.2', 'e.2', [])
  await time.advance(10)
  expect(heard.map(({ topic }) => topic)).toEqual(['finance', 'tasks'])
})

test('[RL09] frames of another session, and what is no frame, are passed over', async () => {
  const { first, heard, time, profile } = twoRelays(['sh1', 'sh2'])
  first.batch(3, null, 'e.1', [])
  const stranger = profile.join().openChannel(topicChannel('finance'), () => {})
  for (const noFrame of [null, 'x', { v: 2, t: 'batch' }, { v: 1, sh: 'sh1', t: 'new word', from: 'x' }])
    stranger.post(noFrame)
  await time.advance(10)
  expect(heard).toEqual([])
})

test('[RL09] a closed relay hears nothing more', async () => {
  const { first, second, heard, time } = twoRelays()
  second.close()
  first.gap(3, 'e.9', { reason: 'trimmed', missedAtMost: 1, refetchAfterMs: 0 })
  await time.advance(10)
  expect(heard).toEqual([])
})
