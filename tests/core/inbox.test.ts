import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createInbox, SEEN_EVENTS_MAX } from '../../worker/core/inbox.ts'
import { anEvent } from '../support/core-samples.ts'

/** Batches as an at-least-once feed brings them: in order, with repeats of what is still kept. */
const batches = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }), { maxLength: 40 })

test('[IN01] [IN02] nothing is handed on twice, nothing new is left out, and order is kept', () => {
  fc.assert(
    fc.property(batches, (feed) => {
      const inbox = createInbox()
      const handedOn = feed.flatMap((batch) => inbox.admit(batch.map((seq) => anEvent(seq))))
      const firstTimes = [...new Set(feed.flat())]
      expect(handedOn.map((event) => event.seq)).toEqual(firstTimes)
      const { received, duplicates } = inbox.counts()
      expect(received - duplicates).toBe(handedOn.length)
    }),
  )
})

test('[IN01] an event is known again after 999 others, whatever else came between', () => {
  const inbox = createInbox()
  const [first, ...others] = Array.from({ length: SEEN_EVENTS_MAX }, (_, index) => anEvent(index + 1))
  inbox.admit([first!, ...others, ...others])
  expect(inbox.admit([first!])).toEqual([])
})

test('[IN03] no more than a thousand ids are remembered', () => {
  const inbox = createInbox()
  inbox.admit(Array.from({ length: SEEN_EVENTS_MAX + 1 }, (_, index) => anEvent(index + 1)))
  expect(inbox.admit([anEvent(1)])).toHaveLength(1)
  expect(inbox.admit([anEvent(3)])).toHaveLength(0)
})

test('[IN04] a reset voids the cursor and forgets nothing that was handed on', () => {
  const inbox = createInbox()
  inbox.admit([anEvent(1)])
  inbox.advance('e.1')
  expect(inbox.cursor()).toBe('e.1')
  inbox.reset()
  expect(inbox.cursor()).toBeNull()
  expect(inbox.admit([anEvent(1), anEvent(2)])).toEqual([anEvent(2)])
})
