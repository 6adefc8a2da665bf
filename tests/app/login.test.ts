import { describe, expect, it } from 'vitest'
import { PROBLEM_CODES } from '../../worker/wire/problem.ts'
import { initials } from '../../app/session/initials.ts'
import { loginWords, missingWords } from '../../app/session/login-words.ts'
import { loginPath, returnPath } from '../../app/session/return-path.ts'

const words = (code: Parameters<typeof loginWords>[0]['code'], retryAfterMs: number | null = null) =>
  loginWords({ code, retryAfterMs })

describe('words of a failed login', () => {
  it('never say which of the two was wrong', () => {
    expect(words('bad_credentials')).toBe('The e-mail address or the password is wrong.')
  })

  it('say how long to wait when the server does', () => {
    expect(words('rate_limited', 30_000)).toContain('Wait 30 seconds')
    expect(words('rate_limited', 600_000)).toContain('Wait 10 minutes')
    expect(words('rate_limited')).toContain('Wait a moment')
  })

  it('tell a missing connection from an answer of something else', () => {
    expect(words('network')).toContain('cannot be reached')
    expect(words('bad_answer')).toContain('in place of the server')
  })

  it('are a sentence for every code, and never the code itself', () => {
    for (const code of [...PROBLEM_CODES, 'link_lost', 'signed_out'] as const) {
      expect(words(code)).toMatch(/^[A-Z].*\.$/)
      expect(words(code)).not.toContain('_')
    }
  })
})

describe('what is missing before a login', () => {
  it('is asked for one field at a time, the first one first', () => {
    expect(missingWords('', '')?.field).toBe('email')
    expect(missingWords('owner', 'x')?.field).toBe('email')
    expect(missingWords('owner@acme.test', '')?.field).toBe('password')
    expect(missingWords(' owner@acme.test ', 'x')).toBeNull()
  })
})

describe('the way back after a login', () => {
  it('leads to the page that was asked for, with its filters', () => {
    const path = loginPath('/tasks?property=p1&q=roof')
    expect(returnPath(path.slice('/login'.length))).toBe('/tasks?property=p1&q=roof')
  })

  it('is not written down where it leads to the first page anyway', () => {
    expect(loginPath('/')).toBe('/login')
    expect(loginPath('/finance')).toBe('/login')
    expect(returnPath('')).toBe('/finance')
  })

  it('never leads to another site, nor in a circle', () => {
    for (const next of [
      '//evil.test',
      '/\\evil.test',
      'https://evil.test',
      'javascript:alert(1)',
      '/login?next=/',
    ]) {
      expect(returnPath(`?next=${encodeURIComponent(next)}`)).toBe('/finance')
    }
  })
})

describe('initials', () => {
  it('are the first letters of the first and the last word, whole in any script', () => {
    expect(initials('Olivia Hartmann')).toBe('OH')
    expect(initials('  ana maria de souza ')).toBe('AS')
    expect(initials('Plato')).toBe('P')
    expect(initials('👩‍🔧 Ōkami')).toBe('👩‍🔧Ō')
    expect(initials('')).toBe('')
  })
})
