import { expect, test } from 'vitest'
import { createTraces, TRACES_MAX } from '../../app/realtime/traces.ts'
import { anEvent } from '../support/core-samples.ts'

const event = (seq: number, id: unknown, requestId?: string) =>
  anEvent(seq, { data: { id }, ...(requestId === undefined ? {} : { requestId }) })

test('the request of a row is that of its last event', () => {
  const traces = createTraces()
  traces.note([event(1, 'a', 'r1'), event(2, 'b', 'r2'), event(3, 'a', 'r3')])
  expect(traces.of('a')).toEqual({ requestId: 'r3', eventId: 'event-3' })
  expect(traces.of('b')).toEqual({ requestId: 'r2', eventId: 'event-2' })
  expect(traces.of('c')).toBeNull()
  expect(traces.of('a')).toBe(traces.of('a'))
})

test('a reply that passes as an event, an event without a request and one without a row leave it as it was', () => {
  const traces = createTraces()
  traces.note([event(1, 'a', 'r1'), event(0, 'a', 'reply'), event(2, 'a'), event(3, 7, 'r3')])
  traces.note([anEvent(4, { data: null, requestId: 'r4' })])
  expect(traces.of('a')?.requestId).toBe('r1')
})

test('the rows that changed longest ago are forgotten', () => {
  const traces = createTraces()
  traces.note(Array.from({ length: TRACES_MAX }, (_, n) => event(n + 1, `row-${n}`, `r${n}`)))
  traces.note([event(9000, 'row-0', 'again'), event(9001, 'new', 'r')])
  expect([traces.of('row-0')?.requestId, traces.of('row-1'), traces.of('new')?.requestId]).toEqual([
    'again',
    null,
    'r',
  ])
})
