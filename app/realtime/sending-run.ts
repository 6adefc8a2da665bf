import type { LocalWrite } from './local-writes.ts'

/** From the first write that is taken up to be sent until none is left or nothing moves any more. */
export interface SendingRun {
  /** Every write that was on its way during it, by its key. */
  ids: ReadonlySet<string>
  /** Of those, how many are no longer: at the server, or with a person. */
  done: number
  /** Something is being sent right now. */
  isMoving: boolean
}

type Entry = Pick<LocalWrite, 'mutationId' | 'state'>

/** The run after the list has changed; the same object when nothing about it has. Null when nothing is being sent. */
export function nextRun(run: SendingRun | null, writes: readonly Entry[]): SendingRun | null {
  const onTheWay = writes.filter(({ state }) => state === 'sending' || state === 'waiting')
  const isMoving = onTheWay.some(({ state }) => state === 'sending')
  if (!run && !isMoving) return null
  if (run && onTheWay.length === 0) return null
  const isKnown = run !== null && onTheWay.every(({ mutationId }) => run.ids.has(mutationId))
  const ids = isKnown
    ? run.ids
    : new Set([...(run?.ids ?? []), ...onTheWay.map(({ mutationId }) => mutationId)])
  const done = ids.size - onTheWay.length
  return run?.ids === ids && run.done === done && run.isMoving === isMoving ? run : { ids, done, isMoving }
}

/** "Sending 3 of 10": the one that is under way is counted. */
export function runWords({ ids, done }: Pick<SendingRun, 'ids' | 'done'>): string {
  return `Sending ${Math.min(done + 1, ids.size)} of ${ids.size}`
}
