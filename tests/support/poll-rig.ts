import { createInbox } from '../../worker/core/inbox.ts'
import { createPause } from '../../worker/core/pause.ts'
import { createPollLoop } from '../../worker/core/poll-loop.ts'
import { createStatus } from '../../worker/core/status.ts'
import type { Phase } from '../../worker/wire/port.ts'
import { TTL_S } from './core-samples.ts'
import { createSessionRig } from './session-rig.ts'

const PATH = '/realtime/subscribe'

/** The poll loop of somebody signed in, leading with generation 7, its first poll sent; nobody answers but the test. */
export async function polling(
  parts: { hidden?: boolean; cursor?: string; expiresIn?: number; phase?: Phase } = {},
) {
  const rig = createSessionRig()
  const { platform, sessions, refresh, script, pass } = rig
  const session = await rig.signIn(undefined, 'token1', parts.expiresIn ?? TTL_S)
  const inbox = createInbox()
  if (parts.cursor !== undefined) inbox.advance(parts.cursor)
  const status = createStatus({ clock: platform.clock, host: 'tab', onChange: () => {} })
  if (parts.phase) status.say(parts.phase, 'following')
  const pause = createPause(platform.clock)
  const counted: unknown[] = []
  const count = (...one: unknown[]) => void counted.push(one)
  const isHidden = () => parts.hidden ?? false
  const deploy = () => 4
  const loop = createPollLoop({ platform, sessions, refresh, inbox, status, pause, isHidden, deploy, count })
  const told: unknown[] = []
  const term = new AbortController()
  const ending = loop.run(
    session,
    { generation: 7, signal: term.signal },
    {
      begin: (cursor) => void told.push(`begin ${cursor}`),
      batch: (events, after, cursor) =>
        void told.push([events.map(({ seq }) => seq), after, cursor, inbox.cursor()]),
      gap: (cursor, gap) => void told.push([gap.reason, cursor, inbox.cursor()]),
    },
  )
  await pass(0)
  return {
    ...rig,
    session,
    inbox,
    loop,
    told,
    counted,
    term,
    ending,
    phase: () => `${status.read().phase} ${status.read().reason}`,
    polls: () => script.sentTo(PATH),
    poll: () => script.only(PATH),
    async reply(body: unknown) {
      script.only(PATH).answer(body)
      await pass(0)
    },
    lastWait() {
      return (script.sentTo(PATH).at(-1)?.path ?? '').split('wait=')[1]
    },
  }
}
