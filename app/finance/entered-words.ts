import type { TransactionRow } from '../../worker/wire/finance.ts'
import { moneyText } from './money-text.ts'

export interface EnteredWords {
  text: string
  /** Else only for those who do not see the row appear. */
  isShown: boolean
}

/** What became of an entry. "Sent" is never said of what lies on this device. */
export function enteredWords(
  is: 'kept' | 'sent',
  { amountMinor, currency, description }: Pick<TransactionRow, 'amountMinor' | 'currency' | 'description'>,
  isLive: boolean,
  isInView: boolean,
): EnteredWords {
  const what = `${moneyText(amountMinor, currency)}, ${description}.`
  const saved = is === 'sent' ? `Sent: ${what}` : `Saved on this device: ${what}`
  const later = is === 'kept' && !isLive ? ' It will be sent when you are back online.' : ''
  const where = isInView ? '' : ' Your filters hide it.'
  return { text: saved + later + where, isShown: later !== '' || where !== '' }
}
