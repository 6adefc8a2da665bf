import { AMOUNT_MINOR_MAX } from '../../worker/wire/finance.ts'

export type ParsedAmount = { ok: true; minor: number } | { ok: false; message: string }

export interface AmountRules {
  /** ISO 4217 code; its digits come from `Intl`. */
  currency: string
  /** What the reader's language writes between thousands; it decides what a lone "1,234" means. */
  groupMark: '.' | ',' | null
}

const INVISIBLE = /[\u200b-\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g
const DASH = /[\u2010-\u2015\u2212\ufe63\uff0d]/g
/** Spaces (also the narrow and the unbreakable ones) and apostrophes only ever stand between thousands. */
const GROUP_ONLY = /[\s'\u2019\u02bc]/g
/** Zero of each set of decimal digits that `Intl` writes for the languages of the right-to-left scripts and of India. */
const ZEROS = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xff10]

/**
 * Reads an amount as people write it and gives a whole, signed number of minor units; no fraction is ever a float.
 * "1,234.50", "1.234,50", "1 234", "1234.5", "−12", "(12)" are read; what has two readings is refused with both, since
 * a guess that is wrong is wrong by a thousand.
 */
export function parseAmount(text: string, rules: AmountRules): ParsedAmount {
  const digits = currencyDigits(rules.currency)
  const { negative, body } = splitSign(stripCurrency(plain(text), rules.currency))
  if (body === '') return fail('Enter an amount.')
  const decimal = decimalMark(body, digits, rules)
  if (decimal === 'unclear') return fail(unclear(body, rules.currency, digits))
  const at = decimal === null ? -1 : body.lastIndexOf(decimal)
  const whole = at < 0 ? body : body.slice(0, at)
  const fraction = at < 0 ? '' : body.slice(at + 1)
  if (!isWhole(whole, fraction) || !/^\d*$/.test(fraction))
    return fail('This is not an amount. Write it like 1234.50.')
  if (fraction.length > digits) return fail(tooFine(rules.currency, digits))
  const minor = BigInt(whole.replaceAll(/\D/g, '') + fraction.padEnd(digits, '0') || '0')
  if (minor === 0n) return fail('The amount must be more than zero.')
  if (minor > BigInt(AMOUNT_MINOR_MAX)) return fail('The amount is larger than the ledger can hold.')
  return { ok: true, minor: Number(negative ? -minor : minor) }
}

/** Digits after the decimal mark of a currency: 2 for USD, 0 for JPY, 3 for KWD. */
export function currencyDigits(currency: string): number {
  const known = digitsKnown.get(currency)
  if (known !== undefined) return known
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  digitsKnown.set(currency, digits)
  return digits
}

/** Making a formatter costs more than a row does; a ledger has a handful of currencies. */
const digitsKnown = new Map<string, number>()

/** The mark between thousands in a language; null where it is neither a point nor a comma. */
export function groupMarkOf(locale: string | undefined): AmountRules['groupMark'] {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(1_234_567)
  const mark = parts.find((part) => part.type === 'group')?.value
  return mark === '.' || mark === ',' ? mark : null
}

/** The amount as a person would type it, for the form that edits it: "1234.50". */
export function amountText(minor: number, currency: string): string {
  const digits = currencyDigits(currency)
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

function plain(text: string): string {
  const latin = Array.from(text.replaceAll(INVISIBLE, '').replaceAll(DASH, '-'), (char) => {
    const code = char.codePointAt(0) ?? 0
    const zero = ZEROS.find((first) => code >= first && code <= first + 9)
    return zero === undefined ? char : String(code - zero)
  })
  return latin
    .join('')
    .replaceAll('\u066b', '.')
    .replaceAll(/[\u066c\u060c]/g, ',')
    .trim()
}

function stripCurrency(text: string, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
  const symbol = format.formatToParts(1).find((part) => part.type === 'currency')?.value ?? currency
  const upper = text.toUpperCase()
  for (const mark of [currency, symbol.toUpperCase()]) {
    const at = upper.indexOf(mark)
    if (at >= 0) return (text.slice(0, at) + text.slice(at + mark.length)).trim()
  }
  return text
}

function splitSign(text: string): { negative: boolean; body: string } {
  const inBrackets = /^\((.*)\)$/.exec(text)
  if (inBrackets) return { negative: true, body: (inBrackets[1] ?? '').trim() }
  if (text.startsWith('-')) return { negative: true, body: text.slice(1).trim() }
  if (text.endsWith('-')) return { negative: true, body: text.slice(0, -1).trim() }
  return { negative: false, body: (text.startsWith('+') ? text.slice(1) : text).trim() }
}

function decimalMark(body: string, digits: number, rules: AmountRules): '.' | ',' | null | 'unclear' {
  const marks = Array.from(body).filter((char): char is '.' | ',' => char === '.' || char === ',')
  const last = marks.at(-1)
  if (last === undefined) return null
  if (new Set(marks).size === 2) return last
  if (marks.length > 1) return null
  const [whole = '', fraction = ''] = body.split(last)
  const couldBeThousands = fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole)
  if (!couldBeThousands) return last
  return digits < 3 && last === rules.groupMark ? null : 'unclear'
}

/** Thousands in threes, or as in India in twos before the last three; one kind of mark all through. */
function isWhole(whole: string, fraction: string): boolean {
  if (whole === '') return fraction !== ''
  if (/^\d+$/.test(whole)) return true
  const even = whole.replaceAll(GROUP_ONLY, ' ')
  return (
    /^\d{1,3}([., ])\d{3}(?:\1\d{3})*$/.test(even) || /^\d{1,2}([, ])\d{2}(?:\1\d{2})*\1\d{3}$/.test(even)
  )
}

function unclear(body: string, currency: string, digits: number): string {
  const [whole = '', fraction = ''] = body.split(/[.,]/)
  const small =
    digits >= 3 ? `${whole}.${fraction.padEnd(digits, '0')}` : `${whole}.${fraction.slice(0, digits)}`
  const large = digits === 0 ? whole + fraction : `${whole}${fraction}.${'0'.repeat(digits)}`
  if (digits === 0) return `${tooFine(currency, digits)} For thousands, write ${large}.`
  return `This can be read in two ways. Write ${large} or ${small}.`
}

function tooFine(currency: string, digits: number): string {
  if (digits === 0) return `${currency} has no decimals.`
  return `${currency} has ${digits} decimals at most.`
}

function fail(message: string): ParsedAmount {
  return { ok: false, message }
}
