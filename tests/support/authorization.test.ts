import { expect, test } from 'vitest'
import { isWellFormed } from './authorization.ts'

test('a request says nothing of a token, or has one', () => {
  expect([undefined, 'Bearer eyJh.eyJz.c2ln-_'].map(isWellFormed)).toEqual([true, true])
})

test.each(['', 'Bearer', 'Bearer ', 'Bearer undefined', 'Bearer null', 'eyJh.eyJz.c2ln'])(
  '"%s" is what a verifier calls malformed',
  (authorization) => expect(isWellFormed(authorization)).toBe(false),
)
