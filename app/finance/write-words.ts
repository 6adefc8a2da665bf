import type { ApiError } from '../realtime/api-error.ts'
import type { LocalWrite } from '../realtime/local-writes.ts'

/** What a write on its way is called in the state column. */
export function sendingWords(write: LocalWrite): string {
  if (write.state === 'waiting') return 'Waiting to send'
  return write.verb === 'delete' ? 'Deleting…' : 'Saving…'
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
  if (write.state === 'conflict') return `${what}: someone changed it meanwhile.`
  return `${what}: ${reason(write.error)}`
}

const REASON: Partial<Record<ApiError['code'], string>> = {
  forbidden: 'your role does not allow it.',
  forbidden_property: 'the property is not one of yours.',
  actor_mismatch: 'it was entered under another name.',
  not_found: 'the entry is no longer there.',
  invalid_state: 'it has already been decided.',
  key_reused: 'it was already sent with other content.',
  too_large: 'it is too large.',
}

function reason(error: ApiError | null): string {
  const issue = error?.problem?.issues?.[0]
  if (issue) return `${issue.path.split('.').at(-1) ?? 'a field'} ${issue.message}.`
  if (error && error.code in REASON) return REASON[error.code] ?? ''
  return 'the server refused it.'
}
