import { isTransient, needsSignIn } from './api-error.ts'
import { issueWords } from './issue-words.ts'
import type { Saved } from './save-write.ts'

const KEPT_IN_FORM = 'What you typed is still here.'

const REFUSED: Record<string, string> = {
  forbidden: 'your role does not allow it.',
  forbidden_property: 'the property is not one of yours.',
  not_found: 'it is no longer there.',
  invalid_state: 'it has already been decided.',
  conflict: 'somebody else changed it meanwhile.',
}

/** Why something was not saved, and what can be done about it; null when it was. */
export function lostWords(saved: Saved): string | null {
  if (saved.is !== 'lost') return null
  const { why } = saved
  if (why === 'storage_full') return 'Not saved: this device has no room left. Free some space and try again.'
  if (needsSignIn(why)) return 'Not saved: this browser keeps nothing on the device. Log in and try again.'
  if (isTransient(why))
    return 'Not saved: this browser keeps nothing on the device, and the server cannot be reached. Try again.'
  const issue = issueWords(why)
  if (issue !== null) return `Not saved: ${issue}.`
  return `Not saved: ${REFUSED[why.code] ?? 'the server refused it.'}`
}

/** The same for a form, which keeps what was typed. */
export function lostFromFormWords(saved: Saved): string | null {
  const words = lostWords(saved)
  return words && `${words} ${KEPT_IN_FORM}`
}
