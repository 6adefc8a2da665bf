import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRing, RING_EVENTS_MAX } from '../../worker/core/ring.ts'
import { anEvent } from '../support/core-samples.ts'

test('[HB09] what came since a place is told, whole and in order, as long as it is kept', () => {
  const ring = createRing()
  ring.reset('e.0')
  ring.push('e.0', 'e.2', [anEvent(1), anEvent(2)])
  ring.push('e.2', 'e.2', [])
  ring.push('e.2', 'e.3', [anEvent(3)])
  expect(ring.since('e.0')?.events.map(({ seq }) => seq)).toEqual([1, 2, 3])
  expect(ring.since('e.2')).toEqual({ events: [anEvent(3)], cursor: 'e.3' })
  expect(ring.since('e.3')).toEqual({ events: [], cursor: 'e.3' })
  expect([ring.since('e.1'), ring.since(null), ring.since('of another life')]).toEqual([null, null, null])
})

test('[HB09] what does not join on makes it begin anew', () => {
  const ring = createRing()
  ring.push(null, 'e.1', [anEvent(1)])
  ring.push('e.5', 'e.6', [anEvent(6)])
  expect([ring.since('e.1'), ring.since('e.5')?.events.length, ring.tip()]).toEqual([null, 1, 'e.6'])
  ring.reset(null)
  expect([ring.since('e.6'), ring.tip()]).toEqual([null, null])
})

test('[HB09] it keeps no more than its bound, and never tells a part of what was missed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { minLength: 1, maxLength: 60 }), fc.nat(60), (sizes, from) => {
      const ring = createRing()
      const all = sizes.map((size, index) =>
        Array.from({ length: size }, (_, each) => anEvent(index * 100 + each + 1)),
      )
      all.forEach((events, index) => ring.push(`e.${index}`, `e.${index + 1}`, events))
      const start = Math.min(from, sizes.length)
      const told = ring.since(`e.${start}`)
      const expected = all.slice(start).flat()
      if (told) expect(told.events).toEqual(expected)
      else expect(expected.length > RING_EVENTS_MAX || all.flat().length > RING_EVENTS_MAX).toBe(true)
      expect(ring.since(`e.${sizes.length}`)?.events).toEqual([])
    }),
  )
})
