import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountText, currencyDigits, groupMarkOf, parseAmount } from '../../app/finance/amount.ts'
import { AMOUNT_MINOR_MAX } from '../../worker/wire/finance.ts'

const ENGLISH = { currency: 'USD', groupMark: ',' as const }
const GERMAN = { currency: 'EUR', groupMark: '.' as const }

function minor(text: string, rules: Parameters<typeof parseAmount>[1] = ENGLISH): number | string {
  const parsed = parseAmount(text, rules)
  return parsed.ok ? parsed.minor : parsed.message
}

describe('an amount as people write it', () => {
  it.each([
    ['1,234.50', 123450],
    ['1.234,50', 123450],
    ['1234.5', 123450],
    ['1234,5', 123450],
    ['1 234', 123400],
    ['1\u202f234,56', 123456],
    ["1'234.50", 123450],
    ['1\u2019234\u2019567', 123456700],
    ['1,234,567', 123456700],
    ['1.234.567', 123456700],
    ['12,34,567.89', 123456789],
    ['.5', 50],
    ['5.', 500],
    ['0.07', 7],
    ['$ 12.30', 1230],
    ['12.30 usd', 1230],
    ['+12', 1200],
    ['\u221212.30', -1230],
    ['12.30-', -1230],
    ['(12.30)', -1230],
    ['\u200e\u22121,234.50\u200f', -123450],
    ['\u061c١٬٢٣٤٫٥٠', 123450],
    ['۱۲۳', 12300],
    ['12345.67', 1234567],
  ])('%s is read', (text, expected) => {
    expect(minor(text)).toBe(expected)
  })

  it.each([
    ['', 'Enter an amount.'],
    ['-', 'Enter an amount.'],
    ['abc', 'This is not an amount. Write it like 1234.50.'],
    ['1,23.50', 'This is not an amount. Write it like 1234.50.'],
    ['1 23', 'This is not an amount. Write it like 1234.50.'],
    ['1.2.3', 'This is not an amount. Write it like 1234.50.'],
    ['1,234.567,89', 'This is not an amount. Write it like 1234.50.'],
    ['1e5', 'This is not an amount. Write it like 1234.50.'],
    ['€5', 'This is not an amount. Write it like 1234.50.'],
    ['1.2345', 'USD has 2 decimals at most.'],
    ['0.00', 'The amount must be more than zero.'],
    ['1000000000000.00', 'The amount is larger than the ledger can hold.'],
  ])('%s is refused in words', (text, message) => {
    expect(minor(text)).toBe(message)
  })

  it('a lone mark before three digits is thousands only in a language that writes them so', () => {
    expect(minor('1,234')).toBe(123400)
    expect(minor('1.234', GERMAN)).toBe(123400)
    expect(minor('1.234')).toBe('This can be read in two ways. Write 1234.00 or 1.23.')
    expect(minor('1,234', GERMAN)).toBe('This can be read in two ways. Write 1234.00 or 1.23.')
    expect(minor('1,234', { currency: 'USD', groupMark: null })).toMatch(/two ways/)
  })

  it('a lone mark before three digits is always unclear where the currency has three', () => {
    expect(minor('1,234', { currency: 'KWD', groupMark: ',' })).toMatch(/Write 1234\.000 or 1\.234/)
    expect(minor('1,234.567', { currency: 'KWD', groupMark: ',' })).toBe(1234567)
  })

  it('a currency without decimals takes none', () => {
    expect(minor('1,234', { currency: 'JPY', groupMark: ',' })).toBe(1234)
    expect(minor('12.5', { currency: 'JPY', groupMark: ',' })).toBe('JPY has no decimals.')
  })

  it('is shown in the form with a digit before the point', () => {
    expect([amountText(7, 'USD'), amountText(-123450, 'USD'), amountText(7, 'JPY')]).toEqual([
      '0.07',
      '1234.50',
      '7',
    ])
  })

  it('the mark between thousands is that of the language', () => {
    expect([groupMarkOf('en-US'), groupMarkOf('de-DE'), groupMarkOf('fr-FR'), groupMarkOf('de-CH')]).toEqual([
      ',',
      '.',
      null,
      null,
    ])
  })
})

describe('every amount the ledger can hold', () => {
  const amount = fc.oneof(
    fc.integer({ min: 1, max: AMOUNT_MINOR_MAX }),
    fc.integer({ min: 1, max: 2_000_000 }),
  )
  const currency = fc.constantFrom('USD', 'EUR', 'JPY', 'KWD')

  it('comes back from the text the form shows for it', () => {
    fc.assert(
      fc.property(amount, currency, (value, code) => {
        const text = amountText(value, code)
        // Whole thousands of a three-digit currency are the one text with two readings.
        fc.pre(currencyDigits(code) !== 3 || !/^[1-9]\d{0,2}\.\d{3}$/.test(text))
        expect(minor(text, { currency: code, groupMark: ',' })).toBe(value)
      }),
    )
  })

  it('comes back from what Intl writes in any of its languages, with its sign, digits and marks', () => {
    const locales = ['en-US', 'de-DE', 'fr-FR', 'de-CH', 'en-IN', 'ar-EG', 'fa-IR', 'he-IL', 'sv-SE', 'es-ES']
    fc.assert(
      fc.property(amount, fc.constantFrom(...locales), fc.boolean(), (value, locale, negative) => {
        const signed = negative ? -value : value
        const text = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(
          `${signed < 0 ? '-' : ''}${amountText(value, 'USD')}` as `${number}`,
        )
        expect(minor(text, { currency: 'USD', groupMark: groupMarkOf(locale) })).toBe(signed)
      }),
      { numRuns: 500 },
    )
  })

  it('nothing is ever read as something that is not a whole number of minor units', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'0123456789.,- \u2212\u200f()$€') })
    fc.assert(
      fc.property(noise, currency, (text, code) => {
        const parsed = parseAmount(text, { currency: code, groupMark: ',' })
        if (!parsed.ok) expect(parsed.message).toMatch(/\.$/)
        else expect(Number.isSafeInteger(parsed.minor) && parsed.minor !== 0).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
