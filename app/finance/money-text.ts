import { amountText } from './amount.ts'

const formats = new Map<string, Intl.NumberFormat>()

/**
 * Money as text, in the reader's language, from whole minor units: `Intl` is handed the decimal as a string, so that no
 * amount ever goes through a float. `sign` writes a plus before what comes in.
 */
export function moneyText(
  minor: number,
  currency: string,
  options: { sign?: boolean; whole?: boolean } = {},
): string {
  const { sign = false, whole = false } = options
  const key = `${currency}|${sign}|${whole}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      signDisplay: sign ? 'exceptZero' : 'negative',
      ...(whole ? { maximumFractionDigits: 0 } : {}),
    })
    formats.set(key, format)
  }
  return format.format(`${minor < 0 ? '-' : ''}${amountText(minor, currency)}` as Intl.StringNumericLiteral)
}
