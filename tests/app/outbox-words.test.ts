import { describe, expect, it } from 'vitest'
import { conflictAdvice } from '../../app/outbox/conflict-words.ts'
import {
  discardQuestion,
  outboxSummary,
  sealedWords,
  stateWords,
  triesWords,
  troubleWords,
} from '../../app/outbox/outbox-words.ts'
import { ApiError } from '../../app/realtime/api-error.ts'
import { lostFromFormWords, lostWords } from '../../app/realtime/saved-words.ts'
import { agoText, inText } from '../../app/ui/ago-text.ts'
import { PROBLEM, PROBLEM_CODES } from '../../worker/wire/problem.ts'

const failed = (code: ApiError['code'], status = 0, problem: unknown = null) =>
  new ApiError({ ok: false, code, status, retryAfterMs: null, problem })
const invalid = failed('validation_failed', 422, {
  issues: [{ path: 'amountMinor', message: 'must be more than zero' }],
})

describe('words of the outbox', () => {
  it('tell waiting for the server from waiting for the person', () => {
    expect(stateWords({ state: 'waiting', error: failed('network') })).toContain('can be reached')
    expect(stateWords({ state: 'waiting', error: null }, true)).toContain('can be reached')
    expect(stateWords({ state: 'waiting', error: failed('signed_out') })).toContain('log in')
    expect(stateWords({ state: 'waiting', error: failed('session_revoked', 401) })).toContain('log in')
    expect(stateWords({ state: 'waiting', error: failed('overloaded', 503) })).toBe(
      'Will be tried again: the server is very busy',
    )
  })

  it('say what the server finds wrong, in words of the form', () => {
    expect(stateWords({ state: 'rejected', error: invalid })).toBe(
      'Not sent: the amount must be more than zero',
    )
    expect(stateWords({ state: 'rejected', error: failed('forbidden', 403) })).toContain('your role')
  })

  it('have a sentence for every problem there is, and none of them is its code', () => {
    for (const code of PROBLEM_CODES) {
      const words = troubleWords(failed(code, PROBLEM[code]))
      expect(words).toMatch(/^[A-Z].* /)
      expect(words).not.toContain(code.includes('_') ? code : ' _')
    }
  })

  it('never say "sent" of what is on this device', () => {
    for (const state of ['waiting', 'conflict', 'rejected', 'parked'] as const) {
      const words = stateWords({ state, error: failed('network') })
      expect(words.replaceAll(/not sent/gi, '').replaceAll('to be sent', '')).not.toMatch(/\bsent\b/i)
    }
  })

  it('tell tries, and the next one while it is to come', () => {
    const write = { attempts: 3, nextAt: 40_000, state: 'waiting' } as const
    expect(triesWords(write, 0)).toBe('Tried 3 times, next try in 40 s')
    expect(triesWords(write, 40_000)).toBe('Tried 3 times')
    expect(triesWords({ ...write, state: 'rejected' }, 0)).toBe('Tried 3 times')
    expect(triesWords({ ...write, attempts: 0 }, 0)).toBeNull()
  })

  it('sum up what is on the way and what needs a person', () => {
    const list = (['sending', 'waiting', 'conflict', 'parked'] as const).map((state) => ({ state }))
    expect(outboxSummary(list)).toBe('2 changes are saved on this device and not sent yet, 2 need you.')
    expect(outboxSummary([{ state: 'waiting' }])).toBe('1 change is saved on this device and not sent yet.')
    expect(outboxSummary([])).toBe('')
  })

  it('ask before a discard, and name what would be lost', () => {
    const label = {
      what: 'New entry',
      of: 'Soap',
      amount: '-$3.00',
      propertyId: null,
      cells: { amount: '', currency: '', day: '' },
    }
    expect(discardQuestion({ verb: 'create', state: 'waiting' }, label)).toBe(
      'Discard “Soap, -$3.00”? It is nowhere else and will be lost.',
    )
    expect(discardQuestion({ verb: 'edit', state: 'waiting' }, label)).toContain('stays as it is')
    expect(discardQuestion({ verb: 'approve', state: 'waiting' }, { ...label, what: 'Approval' })).toContain(
      'this approval',
    )
  })

  it('count what others left and tell nothing else', () => {
    expect(sealedWords(3)).toBe('3 changes from another account are kept on this device.')
    expect(sealedWords(1)).toBe('1 change from another account is kept on this device.')
  })

  it('say which ways are left of a conflict', () => {
    const ways = { retry: false, edit: true, discard: true, keepMine: true, enterAsNew: false }
    const advice = (code: ApiError['code'], verb: string, left: Partial<typeof ways> = {}) =>
      conflictAdvice({ error: failed(code), verb }, { ...ways, ...left })
    expect(advice('conflict', 'edit')).toContain('Keep yours or theirs')
    expect(advice('conflict', 'approve')).toContain('Look at it once more')
    expect(advice('invalid_state', 'edit', { keepMine: false, enterAsNew: true })).toContain(
      'decided meanwhile',
    )
    expect(advice('not_found', 'edit', { keepMine: false, enterAsNew: true })).toContain('as a new one')
    expect(advice('not_found', 'delete', { keepMine: false })).toContain('nothing is left to do')
    expect(advice('not_found', 'approve', { keepMine: false })).toContain('deleted meanwhile')
  })
})

describe('words for what was not saved', () => {
  const lost = (why: 'storage_full' | ApiError) => lostWords({ is: 'lost', why })

  it('say why and what to do', () => {
    expect(lost('storage_full')).toContain('no room left')
    expect(lost(failed('network'))).toContain('cannot be reached')
    expect(lost(failed('signed_out'))).toContain('Log in')
    expect(lost(invalid)).toBe('Not saved: the amount must be more than zero.')
    expect(lost(failed('forbidden', 403))).toContain('your role')
  })

  it('are silent when it was saved', () => {
    expect([lostWords({ is: 'kept' }), lostFromFormWords({ is: 'sent', row: null })]).toEqual([null, null])
  })

  it('tell the reader of a form that what they typed is still there', () => {
    expect(lostFromFormWords({ is: 'lost', why: 'storage_full' })).toMatch(/is still here\.$/)
  })
})

describe('times', () => {
  it('are told in the largest unit that fits', () => {
    const now = 10 * 86_400_000
    const ago = (ms: number) => agoText(now - ms, now)
    expect([ago(59_000), ago(60_000), ago(3_600_000), ago(86_400_000), ago(3 * 86_400_000)]).toEqual([
      'just now',
      '1 min ago',
      '1 h ago',
      '1 day ago',
      '3 days ago',
    ])
    expect([inText(1), inText(40_000), inText(300_000)]).toEqual(['in 1 s', 'in 40 s', 'in 5 min'])
  })
})
