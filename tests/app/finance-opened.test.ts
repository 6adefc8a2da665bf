import { describe, expect, it } from 'vitest'
import { openedOf } from '../../app/finance/opened.ts'
import { step } from '../../app/finance/step.ts'
import { transactionRow } from '../support/finance-rows.ts'

const view = (id: string) => ({ row: transactionRow({ id }), write: null })
const ALL = { all: true }
const PENDING = { pending: true }

describe('the open entry', () => {
  const a = view('a')
  const nothing = { view: null, filter: ALL }

  it('is found in whichever list has it, as that list has it now', () => {
    const newer = view('a')
    expect(openedOf('a', [null, [view('b'), newer]], { view: a, filter: ALL }, ALL)).toEqual({
      view: newer,
      isGone: false,
    })
    expect(openedOf('a', [[newer]], { view: a, filter: ALL }, ALL)?.view).toBe(newer)
  })

  it('stays as it last was when it leaves every list', () => {
    expect(openedOf('a', [[view('b')], []], { view: a, filter: ALL }, ALL)).toEqual({ view: a, isGone: true })
  })

  it('is closed by another filter that hides it, by closing it, and never was when nobody has seen it', () => {
    expect(openedOf('a', [[]], { view: a, filter: ALL }, PENDING)).toBe(null)
    expect(openedOf(null, [[a]], { view: a, filter: ALL }, ALL)).toBe(null)
    expect(openedOf('a', [[], null], nothing, ALL)).toBe(null)
    expect(openedOf('b', [[]], { view: a, filter: ALL }, ALL)).toBe(null)
  })
})

describe('a step through a list', () => {
  function listOf(ids: string[], cursor: string | null) {
    const focused: (string | null)[] = []
    let at = cursor
    return {
      focused,
      cursor,
      view: (id: string | null) => (id !== null && ids.includes(id) ? view(id) : null),
      move(by: number) {
        at = ids[(at === null ? -1 : ids.indexOf(at)) + by] ?? at
        return at
      },
      focusCursor: () => void focused.push(at),
    }
  }

  it('opens nothing while no detail is open', () => {
    const list = listOf(['a', 'b'], 'a')
    expect(step(list, null, 1)).toBe(null)
    expect(list.move(0)).toBe('b')
  })

  it('opens the next row in place of the open one', () => {
    expect(step(listOf(['a', 'b', 'c'], 'b'), { view: view('b'), isGone: false }, 1)).toBe('c')
    expect(step(listOf(['a', 'b', 'c'], 'b'), { view: view('b'), isGone: false }, -1)).toBe('a')
  })

  it('passes over none after a decision took the open row out of the list', () => {
    const list = listOf(['a', 'c'], 'c')
    expect(step(list, { view: view('b'), isGone: true }, 1)).toBe('c')
    expect(list.focused).toEqual(['c'])
  })
})
