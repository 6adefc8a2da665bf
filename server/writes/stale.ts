import type { Topic } from '../../worker/wire/event.ts'
import { HttpProblem } from '../http/problem.ts'
import type { Clash, Unseen } from './clash.ts'
import { unseenSince } from './mutations.ts'
import type { Write, WrittenRow } from './write.ts'

/**
 * Judges a write by what its writer has not seen of the row. False: they saw it as it is. True: it has moved on, and the
 * write can be laid over it. Throws `conflict` with the row as it is now, and with what clashes where that is known.
 */
export async function isMerge(
  { trx, caller, rev, after }: Write<unknown>,
  topic: Topic,
  current: WrittenRow,
  clashOf: (unseen: Unseen) => Clash | null,
): Promise<boolean> {
  if (current.rev === rev) return false
  const own = { userId: caller.userId, keys: after }
  const unseen = await unseenSince(trx, { topic, rowId: current.id }, { rev, own }, current.rev)
  const clash = unseen && clashOf(unseen)
  if (unseen && !clash) return true
  throw new HttpProblem('conflict', { detail: 'Somebody changed this meanwhile.', current, ...clash })
}

/** The fields that a patch really changes, as they were. */
export function overwritten<R extends object>(before: R, patch: Partial<R>): Partial<R> {
  const fields = Object.keys(patch) as (keyof R)[]
  const changed = fields.filter((field) => patch[field] !== before[field])
  return Object.fromEntries(changed.map((field) => [field, before[field]])) as Partial<R>
}
