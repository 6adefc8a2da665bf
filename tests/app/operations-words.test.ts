import { describe, expect, it } from 'vitest'
import { bytesText, durationText, nameText } from '../../app/ops/figure-text.ts'
import { inspectionLines } from '../../app/inspector/inspection-lines.ts'
import type { Inspection } from '../../worker/wire/port.ts'

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
