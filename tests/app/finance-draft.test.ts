import { describe, expect, it } from 'vitest'
import { createDraftStore } from '../../app/finance/draft-store.ts'
import { draftOf, emptyDraft, afterSaving, readDraft } from '../../app/finance/transaction-draft.ts'
import { transactionRow } from '../support/finance-rows.ts'

const rules = { currency: 'USD', groupMark: ',' as const }
const draft = { ...emptyDraft('2026-03-01', 'p1'), amount: '1,234.50', description: '  Soap ' }

describe('an entry as typed', () => {
  it('is read into whole minor units and a trimmed description', () => {
    expect(readDraft(draft, rules, ['p1'])).toEqual({
      ok: true,
      fields: {
        type: 'expense',
        amountMinor: 123450,
        currency: 'USD',
        propertyId: 'p1',
        description: 'Soap',
        occurredOn: '2026-03-01',
      },
    })
  })

  it('says of every field that is wrong what is wrong, all at once', () => {
    const wrong = { ...draft, amount: '', propertyId: 'p9', description: ' ', occurredOn: '2026-02-30' }
    expect(readDraft(wrong, rules, ['p1'])).toEqual({
      ok: false,
      errors: {
        amount: 'Enter an amount.',
        propertyId: 'Choose a property.',
        description: 'Say what it was for.',
        occurredOn: 'Choose a day.',
      },
    })
    expect(readDraft({ ...draft, description: 'x'.repeat(201) }, rules, ['p1'])).toMatchObject({
      errors: { description: 'Keep it to 200 characters; it has 201.' },
    })
  })

  it('refuses a year of two digits', () => {
    const wrong = { ok: false, errors: { occurredOn: 'Write the year with four digits.' } }
    expect(readDraft({ ...draft, occurredOn: '0026-03-01' }, rules, ['p1'])).toEqual(wrong)
    expect(readDraft({ ...draft, occurredOn: '1999-03-01' }, rules, ['p1']).ok).toBe(true)
  })

  it('takes a minus from a bank statement as an expense and refuses it for revenue', () => {
    expect(readDraft({ ...draft, amount: '\u221212' }, rules, ['p1'])).toMatchObject({
      fields: { amountMinor: 1200 },
    })
    expect(readDraft({ ...draft, amount: '\u221212', type: 'revenue' }, rules, ['p1'])).toMatchObject({
      errors: { amount: 'Revenue has no minus. Remove it, or choose expense.' },
    })
  })

  it('leaves property, type and day for the next', () => {
    expect(afterSaving(draft, draft)).toEqual({ ...draft, amount: '', description: '' })
  })

  it('leaves what was typed while the last one was being saved', () => {
    const typed = { ...draft, amount: '7' }
    expect(afterSaving(draft, typed)).toEqual({ ...draft, amount: '7', description: '' })
  })

  it('of a row reads back as the row', () => {
    const row = transactionRow({ amountMinor: 5, description: 'Soap' })
    expect(readDraft(draftOf(row), rules, ['p1'])).toMatchObject({
      ok: true,
      fields: { amountMinor: 5, type: 'revenue' },
    })
  })
})

describe('the draft store', () => {
  function memory() {
    const items = new Map<string, string>()
    return {
      items,
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
    }
  }

  it('keeps a draft for its person only', () => {
    const storage = memory()
    createDraftStore(storage, 'ana').save(draft)
    expect(createDraftStore(storage, 'ana').load()).toEqual(draft)
    expect(createDraftStore(storage, 'ben').load()).toBe(null)
  })

  it('passes over what it cannot read and does without a storage that refuses', () => {
    const storage = memory()
    storage.setItem('standpipe:entry:ana', '{"type":"gift"}')
    expect(createDraftStore(storage, 'ana').load()).toBe(null)
    storage.setItem('standpipe:entry:ana', '{')
    expect(createDraftStore(storage, 'ana').load()).toBe(null)
    const refuses = () => {
      throw new Error('QuotaExceededError')
    }
    expect(() => createDraftStore({ getItem: () => null, setItem: refuses }, 'ana').save(draft)).not.toThrow()
  })
})
