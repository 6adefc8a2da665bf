/** Without it spreadsheets take the file for the encoding of their country. */
const BYTE_ORDER_MARK = '\uFEFF'
/** A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection). */
const RUNS = /^[=+\-@\t\r\n|%]/
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/

/**
 * RFC 4180, in UTF-8. Whatever would be run on opening gets an apostrophe before it, which spreadsheets show as text; a
 * number, also a negative one, stays one.
 */
export function csv(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return BYTE_ORDER_MARK + [head, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('')
}

function cell(text: string): string {
  // Leading blanks are dropped by some of them, and what follows is run.
  const isRun = RUNS.test(text.trimStart()) || RUNS.test(text)
  const safe = isRun && !PLAIN_NUMBER.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
