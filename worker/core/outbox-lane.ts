import {
  isBeingSent,
  LEASE_MS,
  OUTBOX_VERSION,
  WAIT_MAX_MS,
  type NewWrite,
  type OutboxRow,
  type OutboxTrouble,
} from '../wire/outbox.ts'

/** What one atomic step does to the rows of a lane. */
export interface LaneEdit {
  put?: readonly OutboxRow[]
  /** A new row; the database gives it its place. */
  add?: Omit<OutboxRow, 'seq'>
  /** By `seq`. */
  remove?: readonly number[]
}

export function laneOf({ orgId, userId, topic, row }: NewWrite): string {
  return [orgId, userId, topic, row.id].join(' ')
}

/**
 * Nobody has ever tried to send it, so that its content may still change under it; unless a later version wrote it, of
 * which nobody here knows what else would have to change.
 */
const isUntouched = ({ v, attempts, state }: OutboxRow) =>
  v <= OUTBOX_VERSION && attempts === 0 && state === 'queued'

/**
 * A write enters its lane. Two changes of one row that nobody has sent become one; a row that was never sent takes the
 * change into itself, and goes without a word when it is removed again.
 */
export function appended(lane: readonly OutboxRow[], write: NewWrite, at: number): LaneEdit {
  const last = lane.at(-1)
  const joined = last && isUntouched(last) ? joinedWith(last, write) : null
  if (joined) return joined
  return {
    add: {
      ...write,
      v: OUTBOX_VERSION,
      lane: laneOf(write),
      follows: last?.mutationId ?? null,
      at,
      state: 'queued',
      attempts: 0,
      failures: 0,
      blamed: 0,
      nextAt: 0,
      trouble: null,
      lease: null,
    },
  }
}

function joinedWith(last: OutboxRow, write: NewWrite): LaneEdit | null {
  const { mutationId, row } = write
  if (write.verb === 'delete' && last.verb === 'create') return { remove: [last.seq] }
  if (write.verb === 'delete' && last.verb === 'edit') {
    return { put: [{ ...last, mutationId, verb: 'delete', row, request: write.request }] }
  }
  if (write.verb !== 'edit' || (last.verb !== 'edit' && last.verb !== 'create')) return null
  const body = { ...(last.request.body as object), ...(write.request.body as object) }
  return { put: [{ ...last, mutationId, row, request: { ...last.request, body } }] }
}

/**
 * The first of the lane, taken up to be sent; null when it has to wait or a person has to look at it. Who claims holds the
 * lock of all senders: whoever else had taken it up is dead, or frozen for longer than is waited for.
 */
export function claimed(lane: readonly OutboxRow[], by: string, now: number): OutboxRow | null {
  const [head] = lane
  if (!head || !isDue(head, now)) return null
  return { ...head, attempts: head.attempts + 1, lease: { by, until: now + LEASE_MS } }
}

export function isDue({ v, state, nextAt }: OutboxRow, now: number): boolean {
  return v <= OUTBOX_VERSION && state === 'queued' && (nextAt <= now || nextAt > now + WAIT_MAX_MS)
}

/**
 * The server has it. What was made on top of it is made on the rev that came of it; or, when that rev holds more than this
 * write, because others' changes were merged with it, on the rev its writer saw and after this one by name.
 */
export function settled(lane: readonly OutboxRow[], mutationId: string, rev: number | null): LaneEdit {
  const done = lane.find((row) => row.mutationId === mutationId)
  if (!done) return {}
  return { remove: [done.seq], put: rebased(lane, mutationId, seenOf(done, rev)) }
}

function seenOf(
  { mutationId, baseRev, after = [] }: OutboxRow,
  rev: number | null,
): Pick<OutboxRow, 'baseRev' | 'after'> {
  if (baseRev === null) return { baseRev: 1 }
  if (rev === null || rev === baseRev + after.length + 1) return { baseRev: rev ?? baseRev }
  return { baseRev, after: [...after, mutationId] }
}

const stoodOn = ({ baseRev, after }: OutboxRow) => (after ? { baseRev, after } : { baseRev })

function rebased(
  lane: readonly OutboxRow[],
  mutationId: string,
  seen: Pick<OutboxRow, 'baseRev' | 'after'>,
): OutboxRow[] {
  return lane
    .filter(({ follows }) => follows === mutationId)
    .map((row) => ({ ...row, follows: null, ...seen }))
}

/** A try that did not go through. */
export function failed(
  lane: readonly OutboxRow[],
  mutationId: string,
  change: Partial<Pick<OutboxRow, 'state' | 'failures' | 'blamed' | 'nextAt'>> & { trouble: OutboxTrouble },
): LaneEdit {
  const row = lane.find((each) => each.mutationId === mutationId)
  return row ? { put: [{ ...row, lease: null, ...change }] } : {}
}

/**
 * A person gives it up. Null while it is being sent. What was made on a row that is never created goes with it; what was
 * made on a change stands by itself, and the server says whether it fits.
 */
export function discarded(lane: readonly OutboxRow[], mutationId: string, now: number): LaneEdit | null {
  const gone = lane.find((row) => row.mutationId === mutationId)
  if (!gone) return {}
  if (isBeingSent(gone, now)) return null
  if (gone.verb === 'create') return { remove: lane.map(({ seq }) => seq) }
  return { remove: [gone.seq], put: rebased(lane, mutationId, stoodOn(gone)) }
}

/**
 * A person asks for another try. What the server has refused for good was not applied, and its key would bring the same
 * refusal again: it goes under a new one, on `baseRev` when that is given. All else keeps its key, for it may have been.
 */
export function resent(
  lane: readonly OutboxRow[],
  mutationId: string,
  fresh: { mutationId: string; baseRev?: number; now: number },
): LaneEdit {
  const row = lane.find((each) => each.mutationId === mutationId)
  if (!row || isBeingSent(row, fresh.now)) return {}
  const again = { ...row, state: 'queued' as const, failures: 0, blamed: 0, nextAt: 0, lease: null }
  if (row.state !== 'conflict' && row.state !== 'rejected') return { put: [again] }
  const renewed = { ...again, mutationId: fresh.mutationId, attempts: 0, trouble: null }
  const followers = lane.filter(({ follows }) => follows === mutationId)
  return {
    put: [
      { ...renewed, baseRev: fresh.baseRev ?? row.baseRev },
      ...followers.map((each) => ({ ...each, follows: fresh.mutationId })),
    ],
  }
}

/** A person corrects what was refused: another content, and so another key, in the same place. */
export function replaced(lane: readonly OutboxRow[], mutationId: string, write: NewWrite): LaneEdit {
  const row = lane.find((each) => each.mutationId === mutationId)
  if (!row || (row.state !== 'conflict' && row.state !== 'rejected')) return {}
  const followers = lane.filter(({ follows }) => follows === mutationId)
  return {
    put: [
      { ...row, ...write, state: 'queued', attempts: 0, failures: 0, blamed: 0, nextAt: 0, trouble: null },
      ...followers.map((each) => ({ ...each, follows: write.mutationId })),
    ],
  }
}
