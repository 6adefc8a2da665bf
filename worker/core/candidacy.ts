import type { Topic } from '../wire/event.ts'
import type { RuntimeStatus } from '../wire/port.ts'
import type { TopicRelay } from '../wire/relay.ts'
import { onAbort } from './abort.ts'
import type { DutyDeps } from './duty.ts'
import { createFollower, type Follower } from './follower.ts'
import type { Term } from './leadership.ts'
import { createRelay } from './relay.ts'
import type { RoleEvent } from './role.ts'
import type { Session } from './session.ts'
import { beginTerm, type LeadingTerm, type TermEnding } from './term.ts'

/** Between two times of asking a leader that does not go first to hand over. */
export const ASK_LEAD_MS = 2000

/** One runtime in one session: on the relay all the time, and in the queue of the lock when it may lead. */
export interface Candidacy {
  /** Waits for the lock and leads. `aside`: another goes first. `over`: `signal` aborted. */
  once(signal: AbortSignal): Promise<TermEnding | 'stolen' | 'aside'>
  /** From now on it listens to whoever leads; `silence` is said of nobody doing so. */
  follow(silence?: string): void
  statusChanged(status: RuntimeStatus): void
  /** A person asks to try again: the leader polls at once, whoever it is. */
  retry(): void
  /** The highest generation this runtime has led with. */
  generation(): number
  close(): void
}

export function createCandidacy(
  deps: DutyDeps,
  session: Session,
  { become, called }: { become: (event: RoleEvent) => void; called: () => void },
): Candidacy {
  const { platform, instanceId, host, leadership, leadWatch, sessions, refresh, inbox, ring, hub, status } =
    deps
  const { count } = deps
  const { clock } = platform
  const { sh } = session.view
  let follower: Follower | null = null
  let leading: LeadingTerm | null = null
  let wait = new AbortController()
  let generation = 0
  let heardOf = 0
  let askedToLeadAt = -Infinity
  /** How the last term ended: one that was superseded although nobody is heard was fenced by a generation nobody keeps. */
  let superseded = false

  const relay = createRelay({ platform, instanceId, sh, deploy: () => hub.signals().deploy, onFrame })

  function onFrame(topic: Topic, frame: TopicRelay): void {
    if (leading) return leading.receive(frame)
    if (!follower || frame.t === 'ask') return
    follower.receive(topic, frame)
    if (frame.t === 'handover') {
      if (frame.to === instanceId) called()
      else wait.abort()
    } else if (goesFirst(frame)) void askToLead()
  }

  /** Told the same way by the leader, who has the last word. */
  function goesFirst(frame: Exclude<TopicRelay, { t: 'ask' | 'handover' }>): boolean {
    const own = hub.signals()
    const { deploy = 0 } = frame
    if (own.deploy > deploy) return true
    return (
      own.deploy === deploy && host === 'tab' && !own.hidden && frame.t === 'beat' && frame.hidden === true
    )
  }

  /** With a token in hand: the leader lets go on our word, and until we poll nobody does. */
  async function askToLead(): Promise<void> {
    if (clock.monotonicMs() - askedToLeadAt < ASK_LEAD_MS) return
    askedToLeadAt = clock.monotonicMs()
    const trouble = await refresh.ensure(session)
    if (!trouble && follower) relay.ask({ lead: true })
  }

  function follow(silence = 'leader_silent'): void {
    if (follower) return
    follower = createFollower({
      clock,
      inbox,
      ring,
      hub,
      status,
      relay,
      instanceId,
      generation: heardOf,
      silence,
    })
    relay.ask({ after: inbox.cursor() })
  }

  function stopFollowing(): void {
    if (!follower) return
    heardOf = Math.max(heardOf, follower.generation())
    follower.stop()
    follower = null
  }

  async function lead(term: Term): Promise<TermEnding> {
    stopFollowing()
    generation = heardOf = term.generation
    become('granted')
    count('leader_acquired', { generation })
    leading = beginTerm(deps, { session, term, relay, onDraining: () => become('asked') })
    try {
      return await leading.done
    } finally {
      leading = null
    }
  }

  return {
    follow,
    generation: () => generation,
    statusChanged: (next) => leading?.statusChanged(next),
    retry() {
      if (!leading) relay.ask({ wake: true })
    },
    async once(signal) {
      follow()
      wait = new AbortController()
      const watching = new AbortController()
      const unlink = onAbort(signal, () => wait.abort())
      const unlinkWatch = onAbort(wait.signal, () => watching.abort())
      const following = follower
      const heardAt = () => following?.heardAt() ?? clock.monotonicMs()
      let toSteal = false
      const watched = {
        sh,
        heardAt,
        generation: () => following?.generation() ?? 0,
        visible: () => !hub.signals().hidden,
        ask: () => relay.ask(),
      }
      const decide = async () => {
        // A lock manager that refuses to be asked leaves the wait as it is.
        const reason = await leadWatch.watch(watched, watching.signal).catch(() => null)
        if (reason === null) return
        platform.log('warn', 'The lock of the leader was taken over.', { reason })
        count('leader_takeover', { reason })
        toSteal = true
        wait.abort()
      }
      void decide()
      // The token is on its way while the store counts up the generation. A leader that lets go because of a logout can
      // be overtaken by its own lock: this runtime is granted it before the logout reaches it (measured, one in twenty).
      const granted = async () => {
        void refresh.ensure(session)
        return !(await sessions.isOver(session))
      }
      const begin = (term: Term) => {
        watching.abort()
        return lead(term)
      }
      try {
        // Nobody was heard since the last term was fenced: the server knows a generation that the store has forgotten.
        const isBehind = superseded && following !== null && following.generation() <= generation
        const above = isBehind ? clock.wallMs() : heardOf
        let ending = await leadership.lead(sh, { signal, wait: wait.signal, above, granted }, begin)
        if (ending === 'aside' && toSteal && !signal.aborted)
          ending = await leadership.lead(sh, { signal, wait: signal, steal: true, above, granted }, begin)
        superseded = ending === 'superseded'
        if (ending === 'stolen') leadWatch.stolenFrom()
        return signal.aborted ? 'over' : ending
      } finally {
        watching.abort()
        unlink()
        unlinkWatch()
      }
    },
    close() {
      wait.abort()
      stopFollowing()
      relay.close()
    },
  }
}
