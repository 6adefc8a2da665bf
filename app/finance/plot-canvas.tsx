import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { currencyDigits } from './amount.ts'
import type { DayPoint } from './day-series.ts'
import styles from './plot-panel.module.css'
import { plotOptions } from './plot-options.ts'
import { readPlotColours, watchTheme } from '../ui/plot-colours.ts'

interface PlotCanvasProps {
  points: readonly DayPoint[]
  currency: string
  onHover: (point: DayPoint | null) => void
}

/** The drawing itself. It is made anew for new colours or a new size, and only given new numbers otherwise. */
export default function PlotCanvas({ points, currency, onHover }: PlotCanvasProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef({ points, onHover })
  useEffect(() => {
    latest.current = { points, onHover }
  })

  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const draw = () => {
      plot.current?.destroy()
      const options = plotOptions({
        width: element.clientWidth,
        height: element.clientHeight,
        colours: readPlotColours(element),
        currency,
        points: () => latest.current.points,
        onIndex: (index) =>
          latest.current.onHover(index === null ? null : (latest.current.points[index] ?? null)),
      })
      plot.current = new uPlot(options, columns(latest.current.points, currency), element)
    }
    draw()
    const resize = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    )
    resize.observe(element)
    const stopWatching = watchTheme(draw)
    return () => {
      stopWatching()
      resize.disconnect()
      plot.current?.destroy()
      plot.current = null
    }
  }, [currency])

  useEffect(() => plot.current?.setData(columns(points, currency)), [points, currency])

  return <div ref={box} className={styles.canvas} dir="ltr" aria-hidden="true" />
}

/** Whole currency units as floats: good enough for pixels, and for nothing else. Expense hangs below the line. */
function columns(points: readonly DayPoint[], currency: string): uPlot.AlignedData {
  const unit = 10 ** currencyDigits(currency)
  return [
    points.map((_, i) => i),
    points.map((point) => point.revenueMinor / unit),
    points.map((point) => -point.expenseMinor / unit),
    points.map((point) => point.netMinor / unit),
  ]
}
