import type { TransactionRow } from '../../worker/wire/finance.ts'
import { amountText } from './amount.ts'

/** What a row is called on the page, for finding it by what one sees. */
export interface RowNames {
  property: (id: string) => string
  person: (id: string) => string
}

/** Every word must be found somewhere in the row; an amount is found as typed, with or without marks between thousands. */
export function matchesSearch(row: TransactionRow, search: string, names: RowNames): boolean {
  const words = fold(search).split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const amount = amountText(row.amountMinor, row.currency)
  const text = fold(
    [row.description, names.property(row.propertyId), names.person(row.createdBy), row.occurredOn].join(' '),
  )
  return words.every((word) => text.includes(word) || amountMatches(amount, word))
}

function amountMatches(amount: string, word: string): boolean {
  return /\d/.test(word) && amount.startsWith(word.replaceAll(/[,\u2019'−+-]/g, ''))
}

/** Case and accents do not count: "cafe" finds "Café". */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
