import type { LocalWrite } from '../realtime/local-writes.ts'
import { needsPerson } from '../realtime/needs-person.ts'

type Standing = Pick<LocalWrite, 'state'>

export const changes = (count: number) => (count === 1 ? '1 change' : `${count} changes`)

export function onTheWay<W extends Standing>(writes: readonly W[]): W[] {
  return writes.filter((write) => !needsPerson(write))
}

/** What has not reached the server, counted by what keeps it. */
export function unsentWords(writes: readonly Standing[]): string {
  const waiting = onTheWay(writes).length
  const stuck = writes.length - waiting
  const has = writes.length === 1 ? 'has' : 'have'
  const head = `${changes(writes.length)} ${has} not reached the server`
  const stuckWords = `${stuck} ${stuck === 1 ? 'needs' : 'need'} you first`
  if (stuck === 0) return `${head}.`
  if (waiting === 0) return `${head}: ${stuckWords}.`
  return `${head}: ${waiting} ${waiting === 1 ? 'waits' : 'wait'} to be sent, ${stuckWords}.`
}

/** What is said of the outbox to those who do not see its count; null when nothing about it is news. */
export function outboxNews(before: readonly Standing[], after: readonly Standing[]): string | null {
  const stuck = (list: readonly Standing[]) => list.filter(needsPerson).length
  const [was, is] = [stuck(before), stuck(after)]
  if (is > was) return is === 1 ? '1 change needs you.' : `${is} changes need you.`
  if (after.length === 0) return before.length > 0 ? 'Nothing waits to be sent any more.' : null
  const waiting = after.length - is
  return waiting > before.length - was
    ? `${changes(waiting)} ${waiting === 1 ? 'waits' : 'wait'} to be sent.`
    : null
}
