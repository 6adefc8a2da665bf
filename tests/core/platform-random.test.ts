import * as v from 'valibot'
import { expect, test } from 'vitest'
import { random } from '../../worker/platform/random.ts'
import { Uuid } from '../../worker/wire/primitives.ts'

test('ids of the runtime are UUIDs of version 4 in canonical form, each another', () => {
  const ids = Array.from({ length: 2000 }, () => random.uuid())
  for (const id of ids) {
    expect(v.is(Uuid, id)).toBe(true)
    expect(id).toMatch(/^.{14}4.{4}[89ab].{16}$/)
  }
  expect(new Set(ids).size).toBe(ids.length)
  expect(new Set(ids.map((id) => id.charAt(19))).size, 'every variant bit pattern comes up').toBe(4)
})
