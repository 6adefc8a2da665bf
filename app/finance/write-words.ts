import type { ApiError } from '../realtime/api-error.ts'
import { issueWords } from '../realtime/issue-words.ts'
import type { LocalWrite } from '../realtime/local-writes.ts'

/** What a write on its way is called in the state column. */
export function sendingWords(write: LocalWrite): string {
  if (write.state === 'waiting') return 'Saved on device'
  return write.verb === 'delete' ? 'Deleting…' : 'Sending…'
}

const VERB: Record<string, string> = {
  create: 'This entry was not saved',
  edit: 'Your change was not saved',
  delete: 'It was not deleted',
  approve: 'It was not approved',
  reject: 'It was not rejected',
}

/** What became of a write that needs a person, as a sentence with its reason. */
export function refusedWords(write: LocalWrite): string {
  const what = VERB[write.verb] ?? 'Your change was not saved'
  if (write.state === 'conflict')
    return `${what}: ${CONFLICT[write.error?.code ?? ''] ?? CONFLICT['conflict']}`
  if (write.state === 'parked') return `${what} after several tries: the server has trouble with it.`
  return `${what}: ${reason(write.error)}`
}

const CONFLICT: Record<string, string> = {
  conflict: 'someone changed it meanwhile.',
  invalid_state: 'it has already been decided.',
  not_found: 'it is no longer there.',
}

const REASON: Partial<Record<ApiError['code'], string>> = {
  forbidden: 'your role does not allow it.',
  forbidden_property: 'the property is not one of yours.',
  actor_mismatch: 'it was entered under another name.',
  key_reused: 'it was already sent with other content.',
  too_large: 'it is too large.',
}

function reason(error: ApiError | null): string {
  const issue = issueWords(error)
  if (issue !== null) return `${issue}.`
  if (error && error.code in REASON) return REASON[error.code] ?? ''
  return 'the server refused it.'
}
