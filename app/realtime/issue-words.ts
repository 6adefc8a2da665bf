import type { ApiError } from './api-error.ts'

const FIELDS: Record<string, string> = {
  amountMinor: 'amount',
  occurredOn: 'date',
  propertyId: 'property',
  assigneeId: 'person',
  dueOn: 'due day',
}

/** What the server finds wrong with the content, as the end of a sentence without its full stop; null when it names nothing. */
export function issueWords(error: Pick<ApiError, 'problem'> | null): string | null {
  const issue = error?.problem?.issues?.[0]
  if (!issue) return null
  const field = issue.path.split('.').at(-1) ?? ''
  return `the ${FIELDS[field] ?? (field || 'content')} ${issue.message}`
}
