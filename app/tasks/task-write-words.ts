import { issueWords } from '../realtime/issue-words.ts'
import type { LocalWrite } from '../realtime/local-writes.ts'

const REASON: Record<string, string> = {
  forbidden: 'your role does not allow it',
  forbidden_property: 'the property is not one of yours',
  not_found: 'the task is no longer there',
  actor_mismatch: 'it was entered under another name',
}

/** What became of a change to a task, for the row; null when there is nothing to say about it. */
export function taskWriteWords(write: Pick<LocalWrite, 'state' | 'verb' | 'error'> | null): string | null {
  if (write === null || write.state === 'sending') return null
  if (write.state === 'waiting') return 'Saved on this device'
  const what = write.verb === 'create' ? 'This task was not saved' : 'Your change was not saved'
  if (write.state === 'conflict')
    return `${what}: ${write.error?.code === 'not_found' ? 'the task is no longer there' : 'somebody changed it meanwhile'}.`
  if (write.state === 'parked') return `${what} after several tries: the server has trouble with it.`
  const issue = issueWords(write.error)
  if (issue !== null) return `${what}: ${issue}.`
  return `${what}: ${REASON[write.error?.code ?? ''] ?? 'the server refused it'}.`
}
