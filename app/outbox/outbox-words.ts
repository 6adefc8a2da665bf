import type { LocalWrite } from '../realtime/local-writes.ts'

const STATE: Record<LocalWrite['state'], string> = {
  sending: 'Being sent',
  waiting: 'Waits to be sent',
  conflict: 'Not saved: changed by somebody else meanwhile',
  rejected: 'Not saved: refused by the server',
  parked: 'Not saved: failed again and again while others went through',
}

const WAITING: Record<string, string> = {
  network: 'Waits until the server can be reached',
  timeout: 'Waits until the server can be reached',
  signed_out: 'Waits until you log in',
}

const REFUSED: Record<string, string> = {
  forbidden: 'Not saved: your role does not allow it',
  forbidden_property: 'Not saved: the property is not one of yours',
  not_found: 'Not saved: it is no longer there',
  invalid_state: 'Not saved: it has already been decided',
  actor_mismatch: 'Not saved: it was entered under another name',
}

/** Where a write stands, as a sentence without its full stop. */
export function writeStateWords({ state, error }: Pick<LocalWrite, 'state' | 'error'>): string {
  if (state === 'waiting' && error) {
    if (error.status === 401) return 'Waits until you log in'
    return WAITING[error.code] ?? 'Waits: the server has trouble'
  }
  if (state === 'rejected' && error) {
    const issue = error.problem?.issues?.[0]
    if (issue) return `Not saved: ${issue.path} ${issue.message}`
    return REFUSED[error.code] ?? STATE.rejected
  }
  return STATE[state]
}

/** The list in one sentence. */
export function outboxSummary(writes: readonly Pick<LocalWrite, 'state'>[]): string {
  const stuck = writes.filter(({ state }) => state === 'conflict' || state === 'rejected').length
  const onTheWay = writes.length - stuck
  const parts = [
    onTheWay > 0 && `${onTheWay} ${onTheWay === 1 ? 'change is' : 'changes are'} not sent yet`,
    stuck > 0 && `${stuck} ${stuck === 1 ? 'needs' : 'need'} you`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? '' : `${parts.join(', ')}.`
}
