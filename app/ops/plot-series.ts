import type { Sample } from './history.ts'

/** One line of a plot; null where nothing was measured. */
export interface Line {
  name: string
  values: (number | null)[]
}

export interface Plot {
  id: string
  title: string
  /** What one unit of the y axis is. */
  unit: string
  /** Wall-clock seconds. */
  at: number[]
  lines: Line[]
}

/** Polls end quietly for these reasons; every other outcome is worth a line of its own. */
const QUIET = ['timeout', 'events', 'tip'] as const

/**
 * What the samples say over time. Counters become rates between two samples; one that fell began anew with its process.
 * Pure.
 */
export function plotsOf(samples: readonly Sample[]): Plot[] {
  const rest = samples.slice(1)
  const steps = rest.map((sample, i) => ({ before: samples[i] as Sample, sample }))
  const at = rest.map((sample) => sample.at / 1000)
  const rate = (of: (sample: Sample) => number, perMs: number) =>
    steps.map(({ before, sample }) => {
      const risen = of(sample) - of(before)
      const passedMs = sample.at - before.at
      return passedMs <= 0 ? null : ((risen < 0 ? of(sample) : risen) / passedMs) * perMs
    })
  const per = (counts: 'polls' | 'gaps' | 'dropped', perMs: number): Line[] =>
    Object.keys(samples.at(-1)?.[counts] ?? {}).map((name) => ({
      name,
      values: rate((sample) => sample[counts][name] ?? 0, perMs),
    }))

  return [
    {
      id: 'waiters',
      title: 'Polls held',
      unit: '',
      at,
      lines: [line('held', rest, ({ waiters }) => waiters)],
    },
    {
      id: 'delivered',
      title: 'Deliveries a second',
      unit: '/s',
      at,
      lines: [{ name: 'delivered', values: rate(({ delivered }) => delivered, 1000) }],
    },
    {
      id: 'lag',
      title: 'Delivery, 95 of 100 within',
      unit: ' ms',
      at,
      lines: [line('within', rest, ({ lagMs }) => lagMs)],
    },
    {
      id: 'polls',
      title: 'Answers to polls a minute',
      unit: '/min',
      at,
      lines: per('polls', 60_000).filter(
        (each) => (QUIET as readonly string[]).includes(each.name) || isBusy(each),
      ),
    },
    { id: 'gaps', title: 'Gaps told a minute', unit: '/min', at, lines: busy(per('gaps', 60_000)) },
    {
      id: 'dropped',
      title: 'Events dropped a minute',
      unit: '/min',
      at,
      lines: busy(per('dropped', 60_000)),
    },
  ]
}

/** The lines in which something happened; one that lies flat for all of them when nothing did. */
function busy(lines: Line[]): Line[] {
  const some = lines.filter(isBusy)
  return some.length > 0 ? some : lines.slice(0, 1).map(({ values }) => ({ name: 'all', values }))
}

const isBusy = ({ values }: Line) => values.some((value) => (value ?? 0) > 0)

function line(name: string, samples: readonly Sample[], of: (sample: Sample) => number | null): Line {
  return { name, values: samples.map(of) }
}

/** The plot in a sentence, for who cannot see it. */
export function plotWords({ title, unit, lines }: Plot, text: (value: number) => string): string {
  const told = lines.map(({ name, values }) => {
    const known = values.filter((value) => value !== null)
    const now = known.at(-1)
    if (now === undefined) return `${name}: nothing measured`
    return `${name}: now ${text(now)}${unit}, highest ${text(Math.max(...known))}${unit}`
  })
  return `${title}. ${told.join('; ')}.`
}
