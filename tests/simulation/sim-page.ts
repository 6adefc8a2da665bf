import { attach, type Runtime } from '../../worker/tab/attach.ts'
import type { Page } from '../../worker/tab/page.ts'
import { createTabFlags } from '../../worker/tab/tab-flags.ts'
import type { PageSignals } from '../../worker/tab/page-signals.ts'
import type { EventEnvelope } from '../../worker/wire/event.ts'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { Context } from './context.ts'
import type { Profile } from './profile.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { Trace } from './trace.ts'

/** Timers of a hidden page: once a second, and after five minutes once a minute (measured, Chromium; seconds elsewhere). */
const HIDDEN_TICK_MS = 1000
const INTENSIVE_TICK_MS = 60_000
const INTENSIVE_AFTER_MS = 300_000

/** A page that could not fetch tries again. */
const FETCH_AGAIN_MS = 2000

export type PageState = 'shown' | 'hidden' | 'cached' | 'frozen' | 'suspended' | 'gone'

/** A document: the real `attach()` on a page that is a handful of functions, and a list of rows as the app keeps it. */
export interface SimPage {
  readonly id: string
  readonly context: Context
  readonly runtime: Runtime
  readonly build: string
  readonly deploy: number
  state(): PageState
  rows(): ReadonlyMap<string, number>
  /** Somebody is signed in and the rows are here. */
  isFetched(): boolean
  show(): void
  hide(): void
  /** Navigated away from, and kept. */
  cache(): void
  restore(): void
  freeze(): void
  thaw(): void
  /** Put to sleep without an event, with all it hosts. */
  suspend(): void
  resume(): void
  close(): void
}

export function createSimPage(deps: {
  id: string
  profile: Profile
  context: Context
  random: SeededRandom
  build: string
  deploy: number
  trace: Trace
  onExpired: (page: SimPage, reason: string) => void
  onEvents: (page: SimPage, events: readonly EventEnvelope[]) => void
}): SimPage {
  const { id, profile, context, random, build, deploy } = deps
  let state: PageState = 'shown'
  let listener: PageSignals | null = null
  let rows = new Map<string, number>()
  /** Events since the fetch under way began: the snapshot may be older than they are. */
  let since: readonly EventEnvelope[] = []
  let fetching = 0
  let fetched = false
  let shownSh: string | null = null
  let cancelFetch = () => {}

  const page: Page = {
    hints: () => profile.hints(),
    open: (host, name, handlers) => profile.open(self, host, name, handlers),
    locks: profile.locksOf(context),
    clock: context.clock,
    recovery: profile.recovery,
    logouts: profile.logoutSignals(context),
    flags: createTabFlags({ local: () => null, remote: () => null, keepRemote() {} }, context.clock.wallMs),
    handIn() {},
    id: () => id,
    fraction: () => random.fraction(),
    signals(next) {
      listener = next
      return () => {
        listener = null
      }
    },
    state: () => ({ visible: state === 'shown', online: profile.isOnline() }),
    deploy: () => deploy,
    report(error) {
      throw error
    },
  }

  function patch(events: readonly EventEnvelope[]): void {
    for (const event of events) {
      if (event.topic !== 'finance') continue
      const row = event.data as TransactionRow
      if ((rows.get(row.id) ?? 0) > row.rev) continue
      if (event.type === 'transaction.deleted') rows.delete(row.id)
      else rows.set(row.id, row.rev)
    }
  }

  function fetchAfter(ms: number): void {
    cancelFetch()
    since = []
    fetching += 1
    fetched = false
    const mine = fetching
    cancelFetch = context.clock.after(ms, () => void fetchRows(mine))
  }

  async function fetchRows(mine: number): Promise<void> {
    if (!runtime.session()) return
    since = []
    const all: TransactionRow[] = []
    for (let next: string | null = ''; next !== null;) {
      const path = `/api/finance/transactions?limit=200${next === '' ? '' : `&after=${encodeURIComponent(next)}`}`
      const answer = await runtime.calls.request({ method: 'GET', path })
      if (mine !== fetching) return
      if (!answer.ok) {
        cancelFetch = context.clock.after(FETCH_AGAIN_MS, () => void fetchRows(mine))
        return
      }
      const page = answer.value.body as { rows: TransactionRow[]; next: string | null }
      all.push(...page.rows)
      next = page.next
    }
    rows = new Map(all.map((row) => [row.id, row.rev]))
    patch(since)
    since = []
    fetched = true
  }

  const runtime = attach({ build, page })
  runtime.onBatch((events) => {
    deps.onEvents(self, events)
    patch(events)
    since = [...since, ...events]
  })
  runtime.onResync((refetchAfterMs) => fetchAfter(refetchAfterMs))
  let told = ''
  runtime.subscribe(() => {
    const { phase, reason, role } = runtime.status()
    const now = `${phase} (${reason}) as ${role} in ${runtime.session()?.sh}`
    if (now !== told) deps.trace(`${id} is ${now}`)
    if (now !== told && phase === 'expired') deps.onExpired(self, reason)
    told = now
    const sh = runtime.session()?.sh ?? null
    if (sh === shownSh) return
    shownSh = sh
    rows = new Map()
    cancelFetch()
    fetching += 1
    fetched = false
    if (sh !== null) fetchAfter(0)
  })

  const self: SimPage = {
    id,
    context,
    runtime,
    build,
    deploy,
    state: () => state,
    rows: () => rows,
    isFetched: () => fetched,
    show() {
      state = 'shown'
      context.throttle = (ms) => ms
      listener?.onChange(false)
    },
    hide() {
      state = 'hidden'
      const hiddenAt = context.clock.monotonicMs()
      context.throttle = (ms) => {
        const isLong = context.clock.monotonicMs() - hiddenAt > INTENSIVE_AFTER_MS
        const tick = isLong ? INTENSIVE_TICK_MS : HIDDEN_TICK_MS
        return Math.ceil(ms / tick) * tick
      }
      listener?.onChange(false)
    },
    cache() {
      state = 'cached'
      listener?.onHide()
      context.sleep()
    },
    restore() {
      state = 'shown'
      context.throttle = (ms) => ms
      context.wake()
      listener?.onShow()
    },
    freeze() {
      state = 'frozen'
      listener?.onHide()
      context.sleep()
    },
    thaw() {
      state = 'shown'
      context.throttle = (ms) => ms
      context.wake()
      listener?.onShow()
      listener?.onChange(true)
    },
    suspend() {
      state = 'suspended'
      context.sleep()
      for (const worker of profile.hostedBy(self)) worker.sleep()
    },
    resume() {
      state = 'shown'
      context.throttle = (ms) => ms
      for (const worker of profile.hostedBy(self)) worker.wake()
      context.wake()
      listener?.onChange(true)
    },
    close() {
      if (!context.isAsleep()) listener?.onHide()
      state = 'gone'
      context.die()
    },
  }
  return self
}
