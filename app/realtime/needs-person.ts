import type { LocalWrite } from './local-writes.ts'

/** A write that goes no further until somebody looks at it. */
export function needsPerson({ state }: Pick<LocalWrite, 'state'>): boolean {
  return state === 'conflict' || state === 'rejected' || state === 'parked'
}

/** The write state a row shows to the outside: settled, or what keeps it from being so. */
export function writeState(
  write: Pick<LocalWrite, 'state'> | null,
): 'settled' | 'pending' | 'conflict' | 'rejected' {
  if (!write) return 'settled'
  if (write.state === 'conflict') return 'conflict'
  return needsPerson(write) ? 'rejected' : 'pending'
}
