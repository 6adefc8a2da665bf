import type { TopicRelay } from '../wire/relay.ts'
import type { Topic } from '../wire/event.ts'
import { createFollower, type Follower } from './follower.ts'
import type { Hub } from './hub.ts'
import type { Inbox } from './inbox.ts'
import type { createLeadership, Term } from './leadership.ts'
import { createPause } from './pause.ts'
import type { Platform } from './platform.ts'
import type { Outlet, PollLoop } from './poll-loop.ts'
import { createRelay, type Relay } from './relay.ts'
import type { Session } from './session.ts'
import type { Status } from './status.ts'

/** After being superseded or a fault: long enough for another to be seen at work, random so that two do not take turns. */
const REST_MS = [2000, 5000] as const

export interface Duty {
  /** Follows or leads this session until `signal` aborts. */
  serve(session: Session, signal: AbortSignal): Promise<void>
  generation(): number
}

/** What a runtime does with its time: follow whoever leads, lead when nobody does, follow again when it is told to. */
export function createDuty(deps: {
  platform: Platform
  instanceId: string
  leadership: ReturnType<typeof createLeadership>
  loop: PollLoop
  inbox: Inbox
  hub: Hub
  status: Status
}): Duty {
  const { platform, instanceId, leadership, loop, inbox, hub, status } = deps
  const { clock, random } = platform
  const pause = createPause(clock)
  let generation = 0

  async function leadOnce(session: Session, signal: AbortSignal): Promise<'over' | 'superseded'> {
    let follower: Follower | null = createFollower({ clock, inbox, hub, status })
    let term: Term | null = null
    const onFrame = (topic: Topic, frame: TopicRelay) => {
      const cursor = inbox.cursor()
      if (follower) follower.receive(topic, frame)
      else if (term && frame.t === 'ask' && cursor) relay.batch(term.generation, cursor, cursor, [])
    }
    const relay = createRelay({ platform, instanceId, sh: session.view.sh, onFrame })
    relay.ask()
    let ending: 'over' | 'superseded' = 'over'
    try {
      await leadership.lead(session.view.sh, signal, async (granted) => {
        follower?.stop()
        follower = null
        term = granted
        generation = granted.generation
        status.sayRole('leader')
        ending = await loop.run(session, granted, outletTo(granted, relay))
      })
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      follower?.stop()
      relay.close()
      status.sayRole('follower')
    }
    return ending
  }

  /** To the tabs of this runtime first, then to the runtimes that follow. */
  function outletTo(term: Term, relay: Relay): Outlet {
    return {
      begin: () => hub.resync('attach', 0),
      batch(events, after, cursor) {
        if (events.length > 0) hub.batch(events, cursor)
        relay.batch(term.generation, after, cursor, events)
      },
      gap(cursor, gap) {
        hub.resync(gap.reason, gap.refetchAfterMs)
        relay.gap(term.generation, cursor, gap)
      },
    }
  }

  /** Nobody foresaw it (a lock manager that refuses, a port that cannot carry a frame): told, and tried again later. */
  function fault(error: unknown): 'fault' {
    platform.log('warn', 'The runtime fell out of its duty.', { error: String(error) })
    return 'fault'
  }

  return {
    generation: () => generation,
    async serve(session, signal) {
      while (!signal.aborted) {
        const ending = await leadOnce(session, signal).catch(fault)
        if (ending === 'over' || signal.aborted) return
        const [min, max] = REST_MS
        const restMs = Math.round(min + random.fraction() * (max - min))
        status.say('degraded', ending, restMs)
        await pause.wait(restMs, signal)
      }
    },
  }
}
