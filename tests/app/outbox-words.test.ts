import { describe, expect, it } from 'vitest'
import { ApiError } from '../../app/realtime/api-error.ts'
import { outboxSummary, writeStateWords } from '../../app/outbox/outbox-words.ts'
import { bytesText, durationText, nameText } from '../../app/ops/figure-text.ts'
import { inspectionLines } from '../../app/inspector/inspection-lines.ts'
import type { Inspection } from '../../worker/wire/port.ts'

const failed = (code: ApiError['code'], status = 0, problem: unknown = null) =>
  new ApiError({ ok: false, code, status, retryAfterMs: null, problem })

describe('words of the outbox', () => {
  it('tell waiting for the server from waiting for the person', () => {
    expect(writeStateWords({ state: 'waiting', error: failed('network') })).toContain('can be reached')
    expect(writeStateWords({ state: 'waiting', error: failed('signed_out') })).toContain('log in')
    expect(writeStateWords({ state: 'waiting', error: failed('session_revoked', 401) })).toContain('log in')
    expect(writeStateWords({ state: 'waiting', error: failed('overloaded', 503) })).toContain('trouble')
  })

  it('say what the server finds wrong', () => {
    const problem = { issues: [{ path: 'title', message: 'must not be empty' }] }
    expect(writeStateWords({ state: 'rejected', error: failed('validation_failed', 422, problem) })).toBe(
      'Not saved: title must not be empty',
    )
    expect(writeStateWords({ state: 'rejected', error: failed('forbidden', 403) })).toContain('your role')
  })

  it('sum up what is on the way and what needs a person', () => {
    const list = (['sending', 'waiting', 'conflict'] as const).map((state) => ({ state }))
    expect(outboxSummary(list)).toBe('2 changes are not sent yet, 1 needs you.')
    expect(outboxSummary([{ state: 'waiting' }])).toBe('1 change is not sent yet.')
    expect(outboxSummary([])).toBe('')
  })
})

describe('figures of operations', () => {
  it('are in the unit in which they are easiest to read', () => {
    expect([bytesText(512), bytesText(2048), bytesText(3 * 1024 * 1024)]).toEqual([
      '512 B',
      '2.0 KiB',
      '3.0 MiB',
    ])
    expect([durationText(25), durationText(25_000), durationText(120_000)]).toEqual([
      '25 ms',
      '25 s',
      '2 min',
    ])
  })

  it('have a name in words, also one that is new', () => {
    expect(nameText('waiter_cap')).toBe('Not held, too many')
    expect(nameText('brandNewLimitMs')).toBe('Brand new limit')
  })
})

describe('the inspector', () => {
  const inspection: Inspection = {
    instanceId: 'i1',
    build: 'b1',
    host: 'shared-worker',
    role: 'leader',
    generation: 3,
    tabs: [
      { tabId: 't1', visible: true, lastAckedSeq: 1, lastSentSeq: 1 },
      { tabId: 't2', visible: false, lastAckedSeq: 0, lastSentSeq: 1 },
    ],
    cursor: null,
    pollerId: 'p1',
    polls: { sent: 7, inFlight: false, lastOutcome: 'timeout', lastAt: 1000, lastHeldMs: 24_000 },
    events: { received: 5, duplicates: 1, gaps: 0 },
    refreshes: 2,
    session: { state: 'active', epoch: 1 },
    nextPollAt: 4500,
  }
  const line = (name: string) => inspectionLines(inspection, 3000).find((other) => other.name === name)

  it('writes host, role, tabs, cursor and build where tests and reports look for them', () => {
    const marked = inspectionLines(inspection, 3000).filter(({ testId }) => testId)
    expect(marked.map(({ testId, value }) => [testId, value])).toEqual([
      ['inspector-host', 'shared-worker'],
      ['inspector-role', 'leader'],
      ['inspector-tabs', '2'],
      ['inspector-cursor', 'none'],
      ['inspector-build', 'b1'],
    ])
  })

  it('tells of the last poll and the next', () => {
    expect(line('Last poll')?.value).toBe('timeout, held 24000 ms, 2 s ago')
    expect(line('Next poll')?.value).toBe('in 1.5 s')
  })
})
