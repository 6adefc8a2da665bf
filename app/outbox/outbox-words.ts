import type { ApiError } from '../realtime/api-error.ts'
import { issueWords } from '../realtime/issue-words.ts'
import type { LocalWrite } from '../realtime/local-writes.ts'
import { needsPerson } from '../realtime/needs-person.ts'
import type { WriteLabel } from '../realtime/write-kind.ts'
import { inText } from '../ui/ago-text.ts'

type Standing = Pick<LocalWrite, 'state' | 'error'>

const TROUBLE: Record<string, string> = {
  network: 'The server could not be reached',
  timeout: 'The server did not answer in time',
  link_lost: 'The connection of this page was interrupted',
  bad_answer: 'Something answered in place of the server',
  signed_out: 'Nobody is logged in',
  forbidden: 'Your role does not allow it',
  forbidden_property: 'The property is not one of yours',
  not_found: 'It is no longer there',
  invalid_state: 'It has already been decided',
  conflict: 'Somebody else changed it meanwhile',
  actor_mismatch: 'It was entered under another name',
  key_reused: 'It was already sent with other content',
  build_retired: 'This version of the app is too old. Reload the page',
  too_large: 'It is too large',
  rate_limited: 'The server asked for a pause',
  overloaded: 'The server is very busy',
  in_progress: 'The server is still working on it',
}

/** What the last try came to, as a sentence without its full stop. */
export function troubleWords(error: Pick<ApiError, 'code' | 'status' | 'problem'>): string {
  const issue = issueWords(error)
  if (issue !== null) return raised(issue)
  if (TROUBLE[error.code]) return TROUBLE[error.code] ?? ''
  if (error.status === 401) return 'The session had ended'
  return error.status >= 500 ? 'The server had trouble with it' : 'The server refused it'
}

/** Where a write stands, as a sentence without its full stop. */
export function stateWords({ state, error }: Standing, isOffline = false): string {
  if (state === 'sending') return 'Being sent'
  if (state === 'waiting') {
    if (error && (error.code === 'signed_out' || error.status === 401)) return 'Waits until you log in'
    const isAway = error?.code === 'network' || error?.code === 'timeout'
    if (isAway || (isOffline && !error)) return 'Waits until the server can be reached'
    return error ? `Will be tried again: ${lowered(troubleWords(error))}` : 'Waits to be sent'
  }
  if (state === 'conflict') return conflictWords(error)
  const why = error ? lowered(troubleWords(error)) : 'the server refused it'
  return state === 'parked' ? `Not sent after several tries: ${why}` : `Not sent: ${why}`
}

function conflictWords(error: Standing['error']): string {
  if (error?.code === 'not_found') return 'Not sent: it was deleted meanwhile'
  if (error?.code === 'invalid_state') return 'Not sent: it was decided meanwhile and stands as it is'
  return 'Not sent: somebody else changed it meanwhile'
}

const raised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

/** How often it was tried and when it is tried next; null when nobody has tried. */
export function triesWords(
  write: Pick<LocalWrite, 'attempts' | 'nextAt' | 'state'>,
  now: number,
): string | null {
  if (write.attempts === 0) return null
  const times = write.attempts === 1 ? 'Tried once' : `Tried ${write.attempts} times`
  return write.state === 'waiting' && write.nextAt > now
    ? `${times}, next try ${inText(write.nextAt - now)}`
    : times
}

/** The list in one sentence. */
export function outboxSummary(writes: readonly Pick<LocalWrite, 'state'>[]): string {
  const stuck = writes.filter(needsPerson).length
  const onTheWay = writes.length - stuck
  const parts = [
    onTheWay > 0 &&
      `${onTheWay} ${onTheWay === 1 ? 'change is' : 'changes are'} saved on this device and not sent yet`,
    stuck > 0 && `${stuck} ${stuck === 1 ? 'needs' : 'need'} you`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? '' : `${parts.join(', ')}.`
}

/** What is lost when it is discarded: asked before, for there is no way back. */
export function discardQuestion(
  { verb, state }: Pick<LocalWrite, 'verb' | 'state'>,
  { what, of, amount }: WriteLabel,
): string {
  const name = amount === null ? of : `${of}, ${amount}`
  if (verb === 'create') return `Discard “${name}”? It is nowhere else and will be lost.`
  const stands = state === 'sending' ? '' : ' What the server has stays as it is.'
  if (verb === 'edit') return `Discard your change of “${name}”?${stands}`
  return `Discard this ${what.toLowerCase()} of “${name}”?${stands}`
}

/** "3 changes from another account are kept on this device." Never what they are. */
export function sealedWords(count: number): string {
  return count === 1
    ? '1 change from another account is kept on this device.'
    : `${count} changes from another account are kept on this device.`
}
