import { describe, expect, it } from 'vitest'
import { findShortcut, matchesKeys, type Shortcut } from '../../app/ui/shortcut-keys.ts'

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
const press = (key: string, held: Partial<typeof NONE> = {}) => ({ ...NONE, ...held, key })
const shortcut = (keys: string, label = keys): Shortcut => ({ keys: [keys], label, handler: () => {} })

describe('matchesKeys', () => {
  it('takes a plain letter, also with Caps Lock on', () => {
    expect(matchesKeys('n', press('n'))).toBe(true)
    expect(matchesKeys('n', press('N'))).toBe(true)
    expect(matchesKeys('n', press('m'))).toBe(false)
  })

  it('leaves the browser its own combinations', () => {
    expect(matchesKeys('n', press('n', { ctrlKey: true }))).toBe(false)
    expect(matchesKeys('n', press('n', { metaKey: true }))).toBe(false)
    expect(matchesKeys('a', press('a', { altKey: true }))).toBe(false)
  })

  it('takes a letter with Shift only where Shift is named', () => {
    expect(matchesKeys('n', press('N', { shiftKey: true }))).toBe(false)
    expect(matchesKeys('Shift+n', press('N', { shiftKey: true }))).toBe(true)
    expect(matchesKeys('Shift+n', press('n'))).toBe(false)
  })

  it('takes a character by what it is, wherever the layout puts it', () => {
    expect(matchesKeys('?', press('?', { shiftKey: true }))).toBe(true)
    expect(matchesKeys('/', press('/', { shiftKey: true }))).toBe(true)
    expect(matchesKeys('/', press('/'))).toBe(true)
    expect(matchesKeys('+', press('+', { shiftKey: true }))).toBe(true)
  })

  it('takes Control and Command alike for Mod', () => {
    expect(matchesKeys('Mod+k', press('k', { ctrlKey: true }))).toBe(true)
    expect(matchesKeys('Mod+k', press('k', { metaKey: true }))).toBe(true)
    expect(matchesKeys('Mod+k', press('k'))).toBe(false)
  })

  it('tells a named key with Shift from one without', () => {
    expect(matchesKeys('Enter', press('Enter'))).toBe(true)
    expect(matchesKeys('Enter', press('Enter', { shiftKey: true }))).toBe(false)
    expect(matchesKeys('Shift+Enter', press('Enter', { shiftKey: true }))).toBe(true)
  })
})

describe('findShortcut', () => {
  it('gives the key to whoever asked for it last', () => {
    const found = findShortcut(
      [shortcut('Escape', 'page'), shortcut('Escape', 'detail')],
      press('Escape'),
      false,
    )
    expect(found?.label).toBe('detail')
  })

  it('leaves what is typed into a field to the field, but for Escape', () => {
    const all = [shortcut('n'), shortcut('Escape')]
    expect(findShortcut(all, press('n'), true)).toBeUndefined()
    expect(findShortcut(all, press('Escape'), true)?.label).toBe('Escape')
  })

  it('hears any of several alternatives', () => {
    const next: Shortcut = { keys: ['j', 'ArrowDown'], label: 'Next', handler: () => {} }
    expect(findShortcut([next], press('ArrowDown'), false)).toBe(next)
    expect(findShortcut([next], press('j'), false)).toBe(next)
  })
})
