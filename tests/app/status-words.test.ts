import { describe, expect, it } from 'vitest'
import { EXPIRY_CODES } from '../../worker/wire/problem.ts'
import type { Phase } from '../../worker/wire/port.ts'
import { chooseBanner } from '../../app/session/banner-choice.ts'
import { nextTryText, sinceText, statusWhy, statusWord } from '../../app/session/status-words.ts'

const NOON = new Date(2026, 10, 23, 12, 0).getTime()
const PHASES: readonly Phase[] = ['connecting', 'live', 'degraded', 'offline', 'expired', 'signed-out']

describe('status light', () => {
  it('has its own word for every phase', () => {
    expect(PHASES.map(statusWord)).toEqual([
      'Connecting',
      'Live',
      'Catching up',
      'Offline',
      'Session expired',
      'Signed out',
    ])
  })

  it('says why in a sentence, also for a reason it has no words for', () => {
    expect(statusWhy({ phase: 'degraded', reason: 'broker_down' })).toContain('cannot pass on changes')
    for (const phase of PHASES) expect(statusWhy({ phase, reason: 'never_heard_of' })).toMatch(/^[A-Z].*\.$/)
  })

  it('does not explain good news with a reason for trouble', () => {
    expect(statusWhy({ phase: 'live', reason: 'timeout' })).toBe(
      statusWhy({ phase: 'live', reason: 'answered' }),
    )
  })

  it('names the day only when it was another', () => {
    expect(sinceText(NOON - 60_000, NOON, 'en-GB')).toBe('11:59')
    expect(sinceText(NOON - 86_400_000, NOON, 'en-GB')).toMatch(/22 Nov/)
  })

  it('counts down to the next try and is silent without one', () => {
    expect(nextTryText(NOON + 4200, NOON)).toBe('Next try in 5 s.')
    expect(nextTryText(NOON - 1, NOON)).toBeNull()
    expect(nextTryText(null, NOON)).toBeNull()
  })
})

describe('banner', () => {
  const choose = (
    phase: Phase,
    reason = 'network',
    ready = false,
    old: string | null = null,
    waitsFor: string | null = null,
  ) => chooseBanner({ phase, reason, since: NOON }, { ready, waitsFor }, old, NOON, 'en-GB')

  it('is for what needs the person: trouble that passes by itself gets none', () => {
    expect(choose('live')).toBeNull()
    expect(choose('connecting')).toBeNull()
    expect(choose('degraded', 'overloaded')).toBeNull()
    expect(choose('signed-out')).toBeNull()
  })

  it('says since when the page is offline', () => {
    expect(choose('offline')).toMatchObject({ kind: 'offline', title: 'Offline since 12:00.' })
  })

  it('says a session is over for each code that ends one', () => {
    for (const code of EXPIRY_CODES) expect(choose('expired', code)?.kind).toBe('expired')
    expect(choose('expired', 'user_disabled')?.title).toBe('Your account is switched off.')
  })

  it('tells of what was entered days ago and is sent now, before a new version and after being offline', () => {
    const old = '12 changes from yesterday are being sent.'
    expect(choose('live', 'answered', true, old)).toMatchObject({ kind: 'sending', title: old })
    expect(choose('offline', 'network', false, old)?.kind).toBe('offline')
  })

  it('says what a reload that was agreed to waits for, also where the page may not go on', () => {
    const waitsFor = 'once 3 changes are sent.'
    for (const reason of ['answered', 'build_retired'])
      expect(choose('live', reason, true, null, waitsFor)?.text).toBe(
        'The page reloads by itself once 3 changes are sent.',
      )
  })

  it('offers a new version only when nothing more urgent is to be said', () => {
    expect(choose('live', 'answered', true)?.kind).toBe('update')
    expect(choose('degraded', 'build_retired')).toMatchObject({
      kind: 'update',
      title: 'This page is out of date.',
    })
    expect(choose('offline', 'network', true)?.kind).toBe('offline')
    expect(choose('expired', 'session_revoked', true)?.kind).toBe('expired')
  })
})
