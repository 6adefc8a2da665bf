import uPlot from 'uplot'
import type { DayPoint } from './day-series.ts'
import { shortDay } from './day-text.ts'
import type { PlotColours } from '../ui/plot-colours.ts'

interface PlotOptionsInput {
  width: number
  height: number
  colours: PlotColours
  currency: string
  points: () => readonly DayPoint[]
  onIndex: (index: number | null) => void
}

/** Quiet bars up for revenue and down for expense, the net as a line over them; nothing that can be dragged or zoomed. */
export function plotOptions(input: PlotOptionsInput): uPlot.Options {
  const { colours } = input
  const compact = new Intl.NumberFormat(undefined, {
    notation: 'compact',
    style: 'currency',
    currency: input.currency,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 1,
  })
  const bars = (colour: string): uPlot.Series => ({
    fill: colour,
    width: 0,
    points: { show: false },
    ...(uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.7, 14] }) } : {}),
  })
  const axis = { stroke: colours.text, font: colours.font, ticks: { show: false } }
  return {
    width: input.width,
    height: input.height,
    // Room for the half of today's label that stands beyond the last bar.
    padding: [4, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: false, range: (_, min, max) => [min - 0.6, max + 0.6] } },
    axes: [
      {
        ...axis,
        size: 20,
        gap: 2,
        grid: { show: false },
        splits: (self) => weekly(self.data[0].length),
        values: (_, splits) => splits.map((i) => dayLabel(input.points()[i])),
      },
      {
        ...axis,
        size: 48,
        gap: 4,
        space: 36,
        grid: { stroke: colours.line, width: 1 },
        values: (_, splits) => splits.map((value) => compact.format(value)),
      },
    ],
    series: [
      {},
      bars(colours.in),
      bars(colours.out),
      { stroke: colours.net, width: 1.5, points: { show: false } },
    ],
    hooks: { setCursor: [(self) => input.onIndex(self.cursor.idx ?? null)] },
  }
}

/** A label every seven days, counted back from today. */
function weekly(count: number): number[] {
  const marks: number[] = []
  for (let i = count - 1; i >= 0; i -= 7) marks.unshift(i)
  return marks
}

function dayLabel(point: DayPoint | undefined): string {
  return point ? shortDay(point.day) : ''
}
