import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { readPlotColours, watchTheme, type PlotColours } from '../ui/plot-colours.ts'
import { rateText } from './figure-text.ts'
import styles from './ops-plot.module.css'
import type { Plot } from './plot-series.ts'

/** The drawing of these lines. It is made anew for new colours, and only given new numbers otherwise. */
export default function OpsPlotCanvas({
  plot,
  onHover,
}: {
  plot: Plot
  onHover: (index: number | null) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const drawn = useRef<uPlot | null>(null)
  const latest = useRef({ plot, onHover })
  useEffect(() => {
    latest.current = { plot, onHover }
  })
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const draw = () => {
      drawn.current?.destroy()
      const size = { width: element.clientWidth, height: element.clientHeight }
      const hover = (index: number | null) => latest.current.onHover(index)
      const options = optionsOf(latest.current.plot, readPlotColours(element), hover)
      drawn.current = new uPlot({ ...options, ...size }, columnsOf(latest.current.plot), element)
    }
    draw()
    const resize = new ResizeObserver(() =>
      drawn.current?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    )
    resize.observe(element)
    const stopWatching = watchTheme(draw)
    return () => {
      stopWatching()
      resize.disconnect()
      drawn.current?.destroy()
      drawn.current = null
    }
  }, [])

  useEffect(() => drawn.current?.setData(columnsOf(plot)), [plot])

  return <div ref={box} className={styles.canvas} dir="ltr" aria-hidden="true" />
}

const columnsOf = ({ at, lines }: Plot): uPlot.AlignedData => [at, ...lines.map(({ values }) => values)]

function optionsOf(
  plot: Plot,
  colours: PlotColours,
  onHover: (index: number | null) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  const axis = { stroke: colours.text, font: colours.font, ticks: { show: false } }
  const strokes = [colours.net, colours.out, colours.in, colours.text]
  const isAlone = plot.lines.length === 1
  return {
    padding: [6, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { y: { range: (_self, _min, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      { ...axis, size: 18, gap: 2, grid: { show: false } },
      {
        ...axis,
        size: 44,
        gap: 4,
        space: 28,
        grid: { stroke: colours.line, width: 1 },
        values: (_self, splits) => splits.map(rateText),
      },
    ],
    series: [
      {},
      ...plot.lines.map((_line, index): uPlot.Series => ({
        stroke: strokes[index % strokes.length] ?? colours.text,
        width: 1.5,
        points: { show: false },
        spanGaps: false,
        ...(isAlone ? { fill: colours.wash } : {}),
      })),
    ],
    hooks: { setCursor: [(self) => onHover(self.cursor.idx ?? null)] },
  }
}
