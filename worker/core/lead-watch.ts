import { TOPICS } from '../wire/event.ts'
import { leadLock } from '../wire/names.ts'
import { topicChannel } from '../wire/relay.ts'
import { BEAT_MS } from './beat.ts'
import { createPause } from './pause.ts'
import type { Platform } from './platform.ts'

/** One beat missed and a little more: time to look whether anybody has the lock at all. */
export const MISSED_BEAT_MS = BEAT_MS + 2000
/** How often it is looked whether one was missed. */
export const LOOK_MS = MISSED_BEAT_MS / 2
/** Two looks this far apart that find the lock waited for and held by nobody: it is orphaned. */
export const ORPHAN_LOOK_MS = 300
/** Without a beat for this long a leader is frozen or hangs. */
export const STALE_LEADER_MS = 3 * BEAT_MS
/** What a leader has to answer when it is asked directly. */
export const ANSWER_MS = 1500
/** Before a steal, at random, so that of several runtimes one is first and the others hear it. */
export const STEAL_JITTER_MS = 400
/** Between two steals of one runtime; doubles up to the limit. */
export const STEAL_REST_MS = 30_000
export const STEAL_REST_MAX_MS = 300_000

export interface Watched {
  sh: string
  /** When a leader was last heard, monotonic ms. */
  heardAt(): number
  /** The highest generation heard of. */
  generation(): number
  /** Somebody looks at a tab of this runtime. */
  visible(): boolean
  /** Asks the leader to say where it stands. */
  ask(): void
}

export interface LeadWatch {
  /** Resolves `orphaned` or `hung` when the lock has to be stolen, null when `signal` aborts first. */
  watch(watched: Watched, signal: AbortSignal): Promise<'orphaned' | 'hung' | null>
  /** The lock was stolen from this runtime: it does not steal back, and rests like one that stole. */
  stolenFrom(): void
}

/**
 * Who waits for the lock watches over it. A lock can be orphaned: Chromium lost the grant of one whose holder went into the
 * back/forward cache, held by nobody and waited for by all, for ever (measured on 150 and 156). And its holder can be
 * frozen or hang with the lock in its hands. A steal mends both and is dangerous: one runtime with a dead link of its own
 * once killed five healthy ones within a minute (dxos #12707), and two that steal from each other never stop
 * (supabase/auth-js #2178). Hence every condition below.
 */
export function createLeadWatch(
  platform: Pick<Platform, 'clock' | 'random' | 'locks' | 'channels'>,
): LeadWatch {
  const { clock, random, locks, channels } = platform
  const pause = createPause(clock)
  let restMs = STEAL_REST_MS
  let notBefore = 0
  /** Generations are counted in each session anew. */
  let lastStolen = { sh: '', generation: -1 }

  const wasStolen = (sh: string, generation: number) =>
    sh === lastStolen.sh && generation <= lastStolen.generation

  function rest(): void {
    notBefore = clock.monotonicMs() + restMs
    restMs = Math.min(2 * restMs, STEAL_REST_MAX_MS)
  }

  const isOrphaned = async (sh: string) => {
    const { held, pending } = await locks.query(leadLock(sh))
    return held === 0 && pending > 0
  }

  /** The channel itself works: what is posted on one end is heard on another. Else the silence may be our own deafness. */
  async function hearsItself(signal: AbortSignal): Promise<boolean> {
    const name = topicChannel(TOPICS[0])
    const mark = { v: 0, t: 'echo', id: random.id(8) }
    let heard = false
    const ear = channels.open(name, (data) => {
      if ((data as typeof mark | null)?.id === mark.id) heard = true
    })
    const mouth = channels.open(name, () => {})
    mouth.post(mark)
    await pause.wait(ORPHAN_LOOK_MS, signal)
    ear.close()
    mouth.close()
    return heard
  }

  async function hangs(watched: Watched, signal: AbortSignal): Promise<boolean> {
    const isSilent = () => clock.monotonicMs() - watched.heardAt() >= STALE_LEADER_MS
    const generation = watched.generation()
    if (!isSilent() || !watched.visible()) return false
    if (clock.monotonicMs() < notBefore || wasStolen(watched.sh, generation)) return false
    watched.ask()
    await pause.wait(ANSWER_MS, signal)
    if (!isSilent() || !(await hearsItself(signal))) return false
    await pause.wait(Math.round(random.fraction() * STEAL_JITTER_MS), signal)
    if (!isSilent() || signal.aborted) return false
    lastStolen = { sh: watched.sh, generation }
    rest()
    return true
  }

  return {
    stolenFrom: rest,
    async watch(watched, signal) {
      const { sh } = watched
      while (!signal.aborted) {
        const lookedAt = clock.monotonicMs()
        await pause.wait(LOOK_MS, signal)
        // We slept ourselves: the silence was ours, and whoever leads is given its time again.
        if (clock.monotonicMs() - lookedAt > MISSED_BEAT_MS) continue
        if (signal.aborted || clock.monotonicMs() - watched.heardAt() < MISSED_BEAT_MS) continue
        if (await isOrphaned(sh)) {
          await pause.wait(ORPHAN_LOOK_MS, signal)
          if (!signal.aborted && (await isOrphaned(sh))) return 'orphaned'
        } else if (await hangs(watched, signal)) return 'hung'
      }
      return null
    },
  }
}
