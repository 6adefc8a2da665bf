import type { LocalWrite } from '../realtime/local-writes.ts'
import type { WriteKinds } from '../realtime/write-kind.ts'
import { csv } from './csv.ts'
import { stateWords, troubleWords } from './outbox-words.ts'

const HEAD = [
  'Entered',
  'What',
  'Description',
  'Property',
  'Day',
  'Amount',
  'Currency',
  'State',
  'Last error',
  'Tries',
  'Key',
]

/** What lies in the outbox, as a table for people. */
export function exportCsv(
  writes: readonly LocalWrite[],
  kinds: WriteKinds,
  propertyName: (id: string) => string,
): string {
  const lines = writes.map((write) => {
    const { what, of, propertyId, cells } = kinds[write.topic].describe(write)
    return [
      new Date(write.at).toISOString(),
      what,
      of,
      propertyId === null ? '' : propertyName(propertyId),
      cells.day,
      cells.amount,
      cells.currency,
      stateWords(write),
      write.error ? troubleWords(write.error) : '',
      String(write.attempts),
      write.mutationId,
    ]
  })
  return csv(HEAD, lines)
}

/** The same with everything there is, for whoever has to enter it elsewhere. */
export function exportJson(writes: readonly LocalWrite[]): string {
  const plain = writes.map(({ error, at, ...write }) => ({
    ...write,
    enteredAt: new Date(at).toISOString(),
    error: error && { code: error.code, status: error.status, problem: error.problem },
  }))
  return JSON.stringify(plain, null, 2)
}
