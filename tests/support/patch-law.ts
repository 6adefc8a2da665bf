import fc from 'fast-check'
import { applyEvents, type Row, type RowKind, type WindowPage } from '../../app/realtime/apply-events.ts'
import { createNewestRevs } from '../../app/realtime/newest-revs.ts'
import type { EventEnvelope } from '../../worker/wire/event.ts'

/** One change of a random history: `pick` chooses the row among those alive, `change` is what an edit sets. */
export interface Step<R> {
  verb: string
  pick: number
  fresh: R
  change: Partial<R>
}

export interface Subject<R extends Row, K, F> {
  topic: string
  kind: RowKind<R, K>
  matches(row: R, filter: F): boolean
  /** Written apart from the code under test: true when `a` stands before `b`. */
  before(a: R, b: R): boolean
  keep(row: R, filter: F): boolean
  /** What a verb makes of a row; null removes it. */
  act(verb: string, row: R, change: Partial<R>): R | null
  eventType(verb: string): string
}

export interface Delivery {
  /** Share of the history the snapshot was taken after, and the share from which events are delivered (not later). */
  snapshotAt: number
  from: number
  pageSize: number
  pagesLoaded: number
  /** Events said again: the nth delivered, once more after so many others. */
  repeats: { of: number; after: number }[]
  batch: number
}

export const delivery: fc.Arbitrary<Delivery> = fc.record({
  snapshotAt: fc.integer({ min: 0, max: 99 }).map((percent) => percent / 100),
  from: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
  pageSize: fc.integer({ min: 1, max: 5 }),
  pagesLoaded: fc.integer({ min: 1, max: 4 }),
  repeats: fc.array(fc.record({ of: fc.nat(60), after: fc.nat(20) }), { maxLength: 8 }),
  batch: fc.integer({ min: 1, max: 7 }),
})

/** *Old snapshot + events* on the left, *fresh snapshot down to the window's end* on the right. */
export function runLaw<R extends Row, K, F>(
  subject: Subject<R, K, F>,
  steps: readonly Step<R>[],
  filter: F,
  given: Delivery,
): { patched: R[]; fresh: R[]; ends: (K | null)[]; endsBefore: (K | null)[]; types: Set<string> } {
  const history = play(subject, steps)
  const at = Math.floor(given.snapshotAt * history.states.length)
  const from = Math.floor(given.from * at)
  const old = list(subject, history.states[at] ?? [], filter)
  const pages = loadedPages(subject, old, given)
  const endsBefore = pages.map((page) => page.end)

  const events = repeated(history.events.slice(from), given.repeats)
  const newest = createNewestRevs()
  let patched: readonly WindowPage<R, K>[] = pages
  for (let i = 0; i < events.length; i += given.batch) {
    const batch = newest.admit(events.slice(i, i + given.batch))
    patched = applyEvents(patched, batch, subject.kind, (row) => subject.matches(row, filter))
  }

  const lastRow = old[given.pageSize * given.pagesLoaded - 1]
  const reachesEnd = given.pageSize * given.pagesLoaded >= old.length
  const fresh = list(subject, history.states.at(-1) ?? [], filter).filter(
    (row) => reachesEnd || !lastRow || !subject.before(lastRow, row),
  )
  return {
    patched: patched.flatMap((page) => page.rows),
    fresh,
    ends: patched.map((page) => page.end),
    endsBefore,
    types: new Set(history.events.map((event) => event.type)),
  }
}

function play<R extends Row, K, F>(subject: Subject<R, K, F>, steps: readonly Step<R>[]) {
  let rows: R[] = []
  const minted = new Set<string>()
  const states: R[][] = [rows]
  const events: EventEnvelope[] = []
  for (const [index, step] of steps.entries()) {
    const creates = step.verb === 'create' || rows.length === 0
    const before = creates ? step.fresh : rows[step.pick % rows.length]
    // An id is minted once: no row ever comes back under the id of a deleted one.
    if (!before || (creates && minted.has(before.id))) continue
    minted.add(before.id)
    const after = creates ? { ...before, rev: 1 } : subject.act(step.verb, before, step.change)
    const spoken = after ?? before
    // The row of a deletion is the row as it last was: whether its rev rises once more is the server's choice.
    const rises = !creates && (after !== null || step.pick % 2 === 0)
    const next = rises ? { ...spoken, rev: before.rev + 1 } : spoken
    rows = rows.filter((row) => row.id !== next.id)
    if (after) rows = [...rows, next]
    states.push(rows)
    events.push(event(subject.topic, subject.eventType(creates ? 'create' : step.verb), index + 1, next))
  }
  return { states, events }
}

export function event(topic: string, type: string, seq: number, data: unknown): EventEnvelope {
  return { seq, eventId: `e${seq}`, type, topic, orgId: 'acme', propertyId: 'p1', at: seq, data }
}

function list<R extends Row, K, F>(subject: Subject<R, K, F>, rows: readonly R[], filter: F): R[] {
  const sorted: R[] = []
  for (const row of rows) {
    if (!subject.keep(row, filter)) continue
    const at = sorted.findIndex((other) => subject.before(row, other))
    sorted.splice(at < 0 ? sorted.length : at, 0, row)
  }
  return sorted
}

function loadedPages<R extends Row, K, F>(
  subject: Subject<R, K, F>,
  rows: readonly R[],
  given: Delivery,
): WindowPage<R, K>[] {
  const pages: WindowPage<R, K>[] = []
  for (let n = 0; n < given.pagesLoaded; n++) {
    const slice = rows.slice(n * given.pageSize, (n + 1) * given.pageSize)
    const last = slice.at(-1)
    const goesOn = (n + 1) * given.pageSize < rows.length
    pages.push({ rows: slice, end: goesOn && last ? subject.kind.key(last) : null })
    if (!goesOn) break
  }
  return pages
}

function repeated(events: readonly EventEnvelope[], repeats: Delivery['repeats']): EventEnvelope[] {
  const said = [...events]
  for (const { of, after } of repeats) {
    const index = said.length > 0 ? of % said.length : 0
    const again = said[index]
    if (again) said.splice(Math.min(said.length, index + 1 + after), 0, again)
  }
  return said
}
