import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clashOfPatch, clashOfWhole, type MergeRules } from '../../server/writes/clash.ts'

/** `a` and `b` are read together; an edit takes `state` for granted. */
const rules: MergeRules = { units: [['a', 'b']], relies: ['state'] }
const current = { a: 1, b: 2, c: 3, d: 4, state: 'open' }
const clash = (unseen: object, patch: object) =>
  clashOfPatch(new Map(Object.entries(unseen)), current, { ...patch }, rules)

describe('a patch on an older rev', () => {
  test('stands beside changes of other fields', () => {
    expect(clash({ d: 0 }, { c: 9 })).toBe(null)
    expect(clash({}, { a: 9, c: 9 })).toBe(null)
  })

  test('clashes with a change of the same field, and says how its writer saw it', () => {
    expect(clash({ c: 0, d: 0 }, { c: 9 })).toEqual({ fields: ['c'], base: { c: 0 } })
  })

  test('clashes with a field that was changed and changed back', () => {
    expect(clash({ c: current.c }, { c: 9 })).toEqual({ fields: ['c'], base: { c: 3 } })
  })

  test('clashes with what is read together with its own, and names both', () => {
    expect(clash({ b: 0 }, { a: 9 })).toEqual({ fields: ['a', 'b'], base: { a: 1, b: 0 } })
  })

  test('clashes with what it takes for granted, whatever it changes', () => {
    expect(clash({ state: 'new' }, { c: 9 })).toEqual({ fields: ['state'], base: { state: 'new' } })
  })

  test('that comes to what others came to is at one with them', () => {
    expect(clash({ c: 0 }, { c: current.c })).toBe(null)
    expect(clash({ a: 0, b: 0 }, { a: current.a, b: current.b })).toBe(null)
  })

  test('is not at one when it means the same number of something else', () => {
    expect(clash({ a: 0, b: 0 }, { a: current.a })).toEqual({ fields: ['a', 'b'], base: { a: 0, b: 0 } })
  })
})

test('a write about the whole row clashes with any change of it', () => {
  expect(clashOfWhole(new Map())).toBe(null)
  expect(clashOfWhole(new Map([['c', 0]]))).toEqual({ fields: ['c'], base: { c: 0 } })
})

const value = fc.nat(2)
const fields = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), value, { noNullPrototype: true })

test('what is merged undoes no change its writer has not seen, and is all that its writer asked for', () => {
  const law = fc.property(fields, fields, fields, (now, unseen, patch) => {
    const row = { a: 0, b: 0, c: 0, d: 0, state: 'open', ...now }
    if (clashOfPatch(new Map(Object.entries(unseen)), row, patch, rules)) return
    const merged = { ...row, ...patch }
    for (const field of Object.keys(unseen) as (keyof typeof row)[]) expect(merged[field]).toBe(row[field])
    expect(merged).toMatchObject(patch)
    // The pair is one of those that somebody saw whole: the writer's or the ledger's.
    const mine = { ...row, ...unseen, ...patch }
    expect([`${row.a} ${row.b}`, `${mine.a} ${mine.b}`]).toContain(`${merged.a} ${merged.b}`)
  })
  fc.assert(law, { numRuns: 2000 })
})
