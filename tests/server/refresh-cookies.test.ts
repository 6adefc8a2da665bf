import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cookieNameFor } from '../../server/session/cookie-name.ts'
import { createKeyring, deriveKeys } from '../../server/session/keys.ts'
import { createRefreshCookies } from '../../server/session/refresh-cookies.ts'

const cookies = createRefreshCookies(createKeyring('a secret of one server'))
const SIGNED = cookies.sign({ sid: 'Ab-_9', ctr: 12 })

test('what was signed is read again', () => {
  expect(SIGNED).toMatch(/^v1\.[\w-]+\.Ab-_9\.12\.[\w-]{43}$/)
  expect(cookies.verify(SIGNED)).toEqual({ sid: 'Ab-_9', ctr: 12 })
})

test('a cookie with any one character changed is not ours', () => {
  fc.assert(
    fc.property(
      fc.nat(SIGNED.length - 1),
      fc.constantFrom('A', 'a', '0', '.', '-', '_', ' ', 'é'),
      (at, other) => {
        fc.pre(SIGNED[at] !== other)
        const changed = SIGNED.slice(0, at) + other + SIGNED.slice(at + 1)
        return cookies.verify(changed) === null
      },
    ),
  )
})

test.each([
  '',
  'v1',
  'v1.a.b.1.c',
  SIGNED.replace('.12.', '.012.'),
  `${SIGNED}A`,
  SIGNED.replace('v1', 'v2'),
])('%j is not ours', (value) => {
  expect(cookies.verify(value)).toBeNull()
})

test('a cookie of another secret is not ours', () => {
  const others = createRefreshCookies(createKeyring('a secret of another server'))
  expect(cookies.verify(others.sign({ sid: 'Ab-_9', ctr: 12 }))).toBeNull()
})

test('a secret is changed and nobody is signed out: what the last one signed is taken, and nothing is signed with it any more', () => {
  const next = createRefreshCookies(createKeyring('the next secret of it', ['a secret of one server']))
  expect(next.verify(SIGNED)).toEqual({ sid: 'Ab-_9', ctr: 12 })
  const signed = next.sign({ sid: 'Ab-_9', ctr: 13 })
  expect(signed.split('.')[1]).not.toBe(SIGNED.split('.')[1])
  expect([next.verify(signed), cookies.verify(signed)]).toEqual([{ sid: 'Ab-_9', ctr: 13 }, null])
})

test('tokens and cookies are signed with different keys', () => {
  const { token, cookie } = deriveKeys('a secret of one server')
  expect(token).not.toEqual(cookie)
})

describe('the name of the cookie', () => {
  const CHROMIUM = 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36'
  const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0'
  const SAFARI =
    'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15'
  const IOS_CHROME =
    'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/143.0 Mobile Safari/604.1'

  test.each([
    ['https://app.test', 'app.test', SAFARI, '__Host-rt'],
    ['https://app.test', 'internal:4000', CHROMIUM, '__Host-rt'],
    ['http://localhost:4000', 'localhost:4000', CHROMIUM, '__Host-rt'],
    ['http://localhost:4000', 'localhost:4000', CHROMIUM.replace('Chrome', 'HeadlessChrome'), '__Host-rt'],
    ['http://127.0.0.1:4000', '127.0.0.1:4000', FIREFOX, '__Host-rt'],
    ['http://[::1]:4000', '[::1]:4000', FIREFOX, '__Host-rt'],
    ['http://localhost:4000', 'localhost:4000', SAFARI, 'rt'],
    ['http://localhost:4000', 'localhost:4000', IOS_CHROME, 'rt'],
    ['http://10.0.0.5:4000', '10.0.0.5:4000', CHROMIUM, 'rt'],
    ['http://localhost.evil.test', 'localhost.evil.test', CHROMIUM, 'rt'],
    [undefined, 'localhost:4000', 'curl/8', 'rt'],
  ])('from %s at %s is one the browser keeps', (origin, host, ua, name) => {
    expect(cookieNameFor({ origin, host, ua })).toBe(name)
  })
})
