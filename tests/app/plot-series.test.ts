import { describe, expect, test } from 'vitest'
import type { Sample } from '../../app/ops/history.ts'
import { plotsOf, plotWords } from '../../app/ops/plot-series.ts'

const STEP_MS = 10_000

function sample(step: number, parts: Partial<Sample> = {}): Sample {
  const counts = {
    polls: { events: 0, timeout: 0, tip: 0, drain: 0 },
    gaps: { epoch: 0, ahead: 0 },
    dropped: { ttl: 0 },
  }
  const figures = { waiters: 0, sessions: 0, lagMs: null, published: 0, delivered: 0 }
  return { at: 1_700_000_000_000 + step * STEP_MS, ...figures, ...counts, ...parts }
}

const plotOf = (samples: readonly Sample[], id: string) => {
  const plot = plotsOf(samples).find((each) => each.id === id)
  if (!plot) throw new Error(`There is no plot "${id}".`)
  return plot
}
const values = (samples: readonly Sample[], id: string) => plotOf(samples, id).lines[0]?.values

describe('the last hours as plots', () => {
  test('counters become rates between two samples', () => {
    const samples = [
      sample(0, { delivered: 100 }),
      sample(1, { delivered: 150 }),
      sample(2, { delivered: 150 }),
    ]
    expect(values(samples, 'delivered')).toEqual([5, 0])
    expect(plotOf(samples, 'delivered').at).toEqual([1_700_000_010, 1_700_000_020])
  })

  test('a counter that fell began anew with its process', () => {
    expect(values([sample(0, { delivered: 900 }), sample(1, { delivered: 30 })], 'delivered')).toEqual([3])
  })

  test('two samples of one moment say nothing of a rate', () => {
    expect(values([sample(0), sample(0, { delivered: 3 })], 'delivered')).toEqual([null])
  })

  test('where nothing was delivered there is a gap in the line and not a zero', () => {
    expect(values([sample(0), sample(1, { lagMs: 12 }), sample(2)], 'lag')).toEqual([12, null])
  })

  test('outcomes that are no trouble are always drawn, the others when they happen', () => {
    const names = (samples: Sample[]) => plotOf(samples, 'polls').lines.map(({ name }) => name)
    expect(names([sample(0), sample(1)])).toEqual(['events', 'timeout', 'tip'])
    const polls = { events: 0, timeout: 0, tip: 0, drain: 2 }
    expect(names([sample(0), sample(1, { polls })])).toEqual(['events', 'timeout', 'tip', 'drain'])
  })

  test('reasons of gaps that never came are one flat line', () => {
    expect(plotOf([sample(0), sample(1)], 'gaps').lines).toEqual([{ name: 'all', values: [0] }])
    const gaps = { epoch: 0, ahead: 1 }
    expect(plotOf([sample(0), sample(1, { gaps })], 'gaps').lines).toEqual([{ name: 'ahead', values: [6] }])
  })

  test('without samples there is nothing to draw', () => {
    for (const plot of plotsOf([])) expect(plot.at).toEqual([])
  })

  test('a plot says in words what it is now and was at most', () => {
    const plot = plotOf([sample(0), sample(1, { waiters: 7 }), sample(2, { waiters: 4 })], 'waiters')
    expect(plotWords(plot, String)).toBe('Polls held. held: now 4, highest 7.')
  })
})
