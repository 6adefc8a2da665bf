import { onAbort } from '../core/abort.ts'
import { createInbox } from '../core/inbox.ts'
import type { EventEnvelope } from '../wire/event.ts'
import type { Flags } from '../wire/flags.ts'
import { tabLock } from '../wire/names.ts'
import type { RuntimeCalls, RuntimeFrame, RuntimeStatus, SessionView, TabFrame, Wants } from '../wire/port.ts'
import { createBoundedCalls } from './bounded-calls.ts'
import { createGiveUp } from './give-up.ts'
import { createHeldLock } from './held-lock.ts'
import { hostPlan } from './host-choice.ts'
import { openLink, type Link } from './link.ts'
import { createLastWords } from './last-words.ts'
import { createListeners } from './listeners.ts'
import type { Page } from './page.ts'
import { createPlace } from './place.ts'
import { createRemoteFlags } from './remote-flags.ts'
import { workerName } from './worker-name.ts'

/** Between two rounds of trying every kind of host. */
const NO_RUNTIME_PAUSE_MS = 3000

/** A tab's hold on the runtime of its login session. Everything in it may be called at any time and never throws. */
export interface Runtime {
  readonly tabId: string
  /** Each is bounded by `CALL_DEADLINE_MS`; trouble is a `Result`, none rejects or hangs. */
  readonly calls: RuntimeCalls
  /** The same object until it changes. */
  status: () => RuntimeStatus
  /** Null when nobody is signed in, undefined until that is known; the same object until it changes. */
  session: () => SessionView | null | undefined
  /** The same object until one of them changes. */
  flags: () => Flags
  /** Hears that status, session or flags changed. Returns the end of the subscription. */
  subscribe: (listener: () => void) => () => void
  /** Events in order, each once; `cursor` says up to where. Taken as handed on when every listener has returned. */
  onBatch: (listener: (events: readonly EventEnvelope[], cursor: string) => void) => () => void
  /** Continuity was lost: after `refetchAfterMs`, fetch every snapshot again. */
  onResync: (listener: (refetchAfterMs: number, reason: string) => void) => () => void
  /** Narrows what this tab is sent. It never changes what is polled. */
  setWants: (wants: Wants) => void
  /** Lets go of the runtime for good. */
  detach: () => void
}

/**
 * Attaches this document to the runtime of its login session, or starts one: the only call a page needs. If the runtime
 * dies, another is built and the listeners are told to resync; if SharedWorkers do not work here, one of our own is used.
 */
export function attach({ build, page }: { build: string; page: Page }): Runtime {
  const tabId = page.id()
  const changes = createListeners<[]>(page.report)
  const batches = createListeners<[readonly EventEnvelope[], string]>(page.report)
  const resyncs = createListeners<[number, string]>(page.report)
  const lock = createHeldLock(page.locks, () => link?.close())
  const place = createPlace(page.clock)
  const seen = createInbox()
  const giveUp = createGiveUp(page)
  const lastWords = createLastWords(page.handIn)
  let wants: Wants = {}
  let session: SessionView | null | undefined
  let status = newStatus('starting')
  let link: Link | null = null
  /** Rises at every attach and detach: what an earlier round still does is void. */
  let round = 0
  let hasBeenAttached = false
  let waiting: ((link: Link) => void)[] = []

  async function connect(): Promise<void> {
    const mine = (round += 1)
    while (round === mine) {
      for (const host of hostPlan(page.hints())) {
        const recovery = page.recovery.read()
        const opened = await openLink(
          page,
          { host, name: workerName(build, recovery) },
          {
            onFrame: (frame) => round === mine && receive(frame),
            onHung(instanceId) {
              const leads = status.role === 'leader' ? (session?.sh ?? null) : null
              if (round === mine && giveUp({ instanceId, leads, recovery })) opened?.close()
            },
          },
        )
        if (round !== mine) return opened?.close()
        // Last of all, so that it cannot be lost again before the runtime hears of it.
        const held = opened && (await lock.take(() => tabLock(`${tabId}.${mine}`)))
        if (round !== mine) return opened?.close()
        if (opened && held !== null) return use(opened, held)
        if (host === 'shared-worker') page.recovery.raise(recovery)
      }
      say({ ...newStatus('no_runtime'), phase: 'degraded' })
      await new Promise<void>((resolve) => void page.clock.after(NO_RUNTIME_PAUSE_MS, resolve))
    }
  }

  function use(opened: Link, held: string): void {
    link = opened
    const mine = round
    opened.post({
      t: 'attach',
      tabId,
      lock: held,
      build,
      deploy: page.deploy(),
      wants,
      resumeFrom: place.resumeFrom(),
      sampleRate: sampleRate(),
      ...page.state(),
    })
    for (const resolve of waiting) resolve(opened)
    waiting = []
    // It may have been lost already, while we waited for our lock.
    onAbort(opened.lost, () => {
      if (round !== mine) return
      link = null
      // The next runtime watches another lock: the last one, should it only hang, is still in line for this.
      lock.release()
      say(newStatus('link_lost'))
      void connect()
    })
  }

  function receive(frame: RuntimeFrame): void {
    if (frame.t === 'attached') {
      session = frame.session
      remote.follow(session?.org.id ?? null)
      say(frame.status)
      if (frame.resumed) return
      // What the last runtime sent after its death, and this one before it knew us, is lost to this tab. A runtime that does
      // not know yet where it stands tells us to fetch again once it does.
      place.moveTo(frame.cursor)
      if (hasBeenAttached && frame.cursor !== null) resync(0, 'attach', frame.cursor)
      hasBeenAttached = true
    } else if (frame.t === 'status') say(frame.status)
    else if (frame.t === 'session') {
      changeSession(frame.session)
      changes.tell()
    } else if (frame.t === 'leftover') lastWords.take(frame.records, frame.pass)
    else if (frame.t === 'batch') {
      // Told by one runtime, and again by the next, which was behind it.
      const events = seen.admit(frame.events)
      if (events.length > 0) batches.tell(events, frame.cursor)
      place.moveTo(frame.cursor)
      post({ t: 'ack', seq: frame.seq })
    } else if (frame.t === 'resync') {
      resync(frame.refetchAfterMs, frame.reason, frame.cursor)
      post({ t: 'ack', seq: frame.seq })
    }
  }

  function changeSession(next: SessionView | null): void {
    session = next
    lastWords.forget()
    remote.follow(next?.org.id ?? null)
    place.moveTo(null)
  }

  const sampleRate = () => page.flags.read()['telemetry.sampleRate']

  function resync(refetchAfterMs: number, reason: string, cursor: string | null): void {
    resyncs.tell(refetchAfterMs, reason)
    place.fetchingUpTo(cursor, refetchAfterMs)
  }

  function newStatus(reason: string): RuntimeStatus {
    const since = page.clock.wallMs()
    return { phase: 'connecting', since, reason, host: 'tab', role: 'follower', retryAt: null }
  }

  function say(next: RuntimeStatus): void {
    status = next
    changes.tell()
  }

  function post(frame: TabFrame): void {
    link?.post(frame)
  }

  /** Another tab signed out. Our own runtime hears of it as well, if it is well; this page does not wait for that. */
  function loggedOut(sh: string): void {
    post({ t: 'logged-out', sh })
    if (session?.sh !== sh) return
    changeSession(null)
    say({ ...newStatus('signed-out'), phase: 'signed-out' })
  }

  function leave(): void {
    round += 1
    remote.rest()
    const handedIn = lastWords.say()
    post(handedIn > 0 ? { t: 'bye', handedIn } : { t: 'bye' })
    lock.release()
    link?.close()
    link = null
  }

  const calls = createBoundedCalls(page, tabId, () =>
    link ? Promise.resolve(link) : new Promise((r) => waiting.push(r)),
  )
  const remote = createRemoteFlags({
    page,
    request: calls.request,
    onChange() {
      post({ t: 'rate', sampleRate: sampleRate() })
      changes.tell()
    },
  })
  const stopSignals = page.signals({
    onChange(woke) {
      post({ t: 'signal', woke, ...page.state() })
      link?.checkPulse()
    },
    onHide: leave,
    onShow: () => {
      if (link === null) void connect()
    },
  })
  const stopHearing = page.logouts.listen(loggedOut)
  void connect()

  return {
    tabId,
    calls: {
      ...calls,
      async logout(scope, sh = session?.sh) {
        lastWords.forget()
        if (sh !== undefined) page.logouts.announce(sh)
        const answer = await calls.logout(scope, sh)
        // The runtime died under it: the next one is asked, by the handle, for it may know of no session.
        return answer.ok || answer.code !== 'link_lost' ? answer : calls.logout(scope, sh)
      },
    },
    status: () => status,
    session: () => session,
    flags: page.flags.read,
    subscribe: changes.add,
    onBatch: batches.add,
    onResync: resyncs.add,
    setWants(next) {
      wants = next
      post({ t: 'wants', wants })
    },
    detach() {
      stopSignals()
      stopHearing()
      leave()
    },
  }
}
