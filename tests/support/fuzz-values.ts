import type { Draw } from './draw.ts'

/** Texts that have broken servers: empty, huge, half encoded, of other alphabets, names every object has. */
export const NASTY_TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  'NaN',
  'Infinity',
  '9'.repeat(400),
  '2147483648',
  '9007199254740993',
  '\0',
  'a\0b',
  '\r\nX-Injected: 1',
  '../../../etc/passwd',
  '..%2f..%2f',
  '%',
  '%E0%A4%A',
  '%00',
  '%2500',
  '%ff',
  '\u{1F600}'.repeat(20),
  '\uD800',
  '\u202Etxt.exe',
  'ﬀİıſ',
  "'; drop table users; --",
  '" or 1=1 --',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '<script>alert(1)</script>',
  '${jndi:ldap://x}',
  '{{7*7}}',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  '*',
  ',',
  ',,,,',
  'x'.repeat(300),
  'x'.repeat(9000),
  '2026-02-30',
  '0000-00-00',
  '99999-01-01',
  'eyJhbGciOiJub25lIn0.e30.',
  'ada@example.com',
] as const

const NASTY_NUMBERS = [0, -0, -1, 1.5, 1e21, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 5e-324]

export function nastyText(draw: Draw): string {
  if (draw.fraction() < 0.8) return draw.oneOf(NASTY_TEXTS)
  return String.fromCharCode(
    ...Array.from({ length: 1 + draw.fraction() * 30 }, () => draw.fraction() * 0xffff),
  )
}

export function nastyValue(draw: Draw, depth = 0): unknown {
  const kind = Math.floor(draw.fraction() * (depth > 2 ? 4 : 7))
  if (kind === 0) return nastyText(draw)
  if (kind === 1) return draw.oneOf(NASTY_NUMBERS)
  if (kind === 2) return draw.oneOf([null, true, false])
  if (kind === 3) return draw.oneOf<unknown>([[], {}])
  const length = Math.floor(draw.fraction() * 4)
  if (kind === 4) return Array.from({ length }, () => nastyValue(draw, depth + 1))
  return Object.fromEntries(
    Array.from({ length }, () => [nastyText(draw).slice(0, 50), nastyValue(draw, depth + 1)]),
  )
}

/** The body with one thing wrong: a field that is missing, of another type, too many, or anything else at its place. */
export function mutateBody(draw: Draw, body: unknown): unknown {
  if (Array.isArray(body) && body.length > 0 && draw.fraction() < 0.7) {
    const at = Math.floor(draw.fraction() * body.length)
    return body.map((part: unknown, index) => (index === at ? mutateBody(draw, part) : part))
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body) || draw.fraction() < 0.1)
    return nastyValue(draw)
  const entries = Object.entries(body)
  if (entries.length === 0 || draw.fraction() < 0.15)
    return { ...body, [nastyText(draw).slice(0, 50)]: nastyValue(draw) }
  const [name] = draw.oneOf(entries)
  if (draw.fraction() < 0.2) return Object.fromEntries(entries.filter(([key]) => key !== name))
  return Object.fromEntries(entries.map(([key, part]) => [key, key === name ? mutateBody(draw, part) : part]))
}
