import { expect, it } from 'vitest'
import { createReloadHindrance, SENDING_WAIT_MAX_MS } from '../../app/pwa/reload-hindrance.ts'

const page = (hasForm: boolean, sending: number) =>
  createReloadHindrance({ hasUnsavedForm: () => hasForm, sending: () => sending })

it('nothing open and nothing on its way is no hindrance', () => {
  expect(page(false, 0)(0)).toBeNull()
})

it('what is on its way is waited for, and not for ever', () => {
  expect(page(false, 1)(0)).toBe('once 1 change is sent.')
  expect(page(false, 3)(SENDING_WAIT_MAX_MS - 1)).toBe('once 3 changes are sent.')
  expect(page(false, 3)(SENDING_WAIT_MAX_MS)).toBeNull()
})

it('a form with changes is waited for without end', () => {
  expect(page(true, 2)(Number.MAX_SAFE_INTEGER)).toContain('the form you have open')
})
