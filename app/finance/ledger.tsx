import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual'
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  type Ref,
} from 'react'
import type { TransactionRow } from '../../worker/wire/finance.ts'
import type { ViewRow } from '../realtime/overlay-writes.ts'
import { dayLines, type LedgerLine } from './day-groups.ts'
import { DayLine } from './day-line.tsx'
import { useFinance } from './finance-context.tsx'
import { LedgerHead } from './ledger-head.tsx'
import {
  anchorShift,
  lineAt,
  lineHeight,
  lineStarts,
  type LineHeights,
  type Placed,
} from './ledger-geometry.ts'
import { LedgerRow } from './ledger-row.tsx'
import styles from './ledger.module.css'
import { NewRowsPill } from './new-rows-pill.tsx'
import { useDecisionList, type DecisionList } from './use-decision-list.ts'
import { useLedgerColumns } from './use-ledger-columns.ts'
import type { LedgerNews } from './use-ledger-news.ts'

/** Rows drawn beyond each edge of the view, so that a quick scroll meets no blank. */
const OVERSCAN = 16
/** Older entries are fetched when the reader is this many lines from the last. */
const FETCH_AHEAD_LINES = 40

export interface LedgerProps {
  views: readonly ViewRow<TransactionRow>[]
  heights: LineHeights
  /** There are entries older than those loaded. */
  goesOn: boolean
  news: LedgerNews
  openId: string | null
  onOpen: (id: string) => void
  onActive: () => void
  /** Called when older entries should be fetched; null when they must not be by themselves. */
  fetchOlder: (() => void) | null
  foot: React.ReactNode
  handle: Ref<DecisionList>
  /** What was asked for; when that changes, the answer is read from its top. */
  asked: string
}

/** The ledger itself: a grid of thousands of rows of which the few in view are drawn. */
export default function Ledger(props: LedgerProps) {
  const { views, heights, goesOn, news, onOpen, onActive, fetchOlder, asked } = props
  const { names, mayDecide, today } = useFinance()
  const scroller = useRef<HTMLDivElement>(null)
  const list = useDecisionList(views, scroller)
  useImperativeHandle(props.handle, () => list, [list])

  const placed = useMemo((): Placed => {
    const lines = dayLines(views, goesOn)
    return { lines, starts: lineStarts(lines, heights) }
  }, [views, goesOn, heights])
  const { lines, starts } = placed
  const cursorAt = useMemo(() => lines.findIndex((line) => line.key === list.cursor), [lines, list.cursor])

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => heightOf(lines[i], heights),
    getItemKey: (i) => lines[i]?.key ?? i,
    overscan: OVERSCAN,
    // The row at the cursor is always drawn: it holds the focus, which would be lost with it.
    rangeExtractor: useCallback(
      (range: Range) => withIndex(defaultRangeExtractor(range), cursorAt),
      [cursorAt],
    ),
  })
  useLayoutEffect(() => virtual.measure(), [virtual, placed])
  useAnchor(scroller, placed, heights.row)
  useLayoutEffect(() => {
    // In braces: newer browsers return a promise from it, which React would take for the clean-up.
    scroller.current?.scrollTo({ top: 0 })
  }, [asked])

  const scrollTop = virtual.scrollOffset ?? 0
  const firstSeen = lineAt(starts, scrollTop)
  const isScrolled = scrollTop > heights.row
  const items = virtual.getVirtualItems()
  const lastDrawn = items.at(-1)?.index ?? 0

  useEffect(() => {
    if (fetchOlder && lastDrawn >= lines.length - FETCH_AHEAD_LINES) fetchOlder()
  }, [fetchOlder, lastDrawn, lines.length])

  const { unseen, seen } = news
  useEffect(() => {
    if (!isScrolled && unseen.length > 0) seen()
  }, [isScrolled, unseen, seen])
  const above = useMemo(() => {
    if (!isScrolled || unseen.length === 0) return 0
    const fresh = new Set(unseen)
    return lines.slice(0, firstSeen).filter((line) => fresh.has(line.key)).length
  }, [isScrolled, unseen, lines, firstSeen])

  useEffect(() => {
    if (cursorAt >= 0) virtual.scrollToIndex(cursorAt, { align: 'auto' })
    // Only a cursor that moved may move the page, never a row that arrived above it.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [list.cursor])

  const stuck = lines.slice(0, firstSeen + 1).findLast((line) => line.kind === 'day')
  const columns = useLedgerColumns(views)
  return (
    <div className={styles.ledger} style={columns} onFocus={onActive}>
      <div
        className={styles.grid}
        role="grid"
        aria-label="Ledger"
        aria-rowcount={goesOn ? -1 : lines.length + 1}
        aria-multiselectable="true"
      >
        <LedgerHead />
        <div className={styles.scroller} ref={scroller} role="rowgroup" tabIndex={-1}>
          {stuck?.kind === 'day' && scrollTop > 0 && (
            <div className={styles.stuck}>
              <DayLine line={stuck} today={today} height={heights.day} />
            </div>
          )}
          <div className={styles.lines} style={{ blockSize: starts.at(-1) }}>
            {items.map(({ index, key }) => {
              const line = lines[index]
              if (!line) return null
              const top = starts[index] ?? 0
              if (line.kind === 'day')
                return (
                  <DayLine
                    key={key}
                    line={line}
                    today={today}
                    rowIndex={index + 2}
                    top={top}
                    height={heights.day}
                  />
                )
              return (
                <LedgerRow
                  key={key}
                  row={line.view.row}
                  write={line.view.write}
                  names={names}
                  rowIndex={index + 2}
                  top={top}
                  height={lineHeight(line, heights)}
                  atCursor={list.cursor === line.key || (list.cursor === null && index === 1)}
                  isSelected={list.selected.has(line.key)}
                  isOpen={props.openId === line.key}
                  arrival={news.accents.get(line.key) ?? null}
                  mayDecide={mayDecide}
                  onOpen={onOpen}
                  onCursor={list.setCursor}
                  onSelect={list.toggle}
                />
              )
            })}
          </div>
          {props.foot && (
            <div role="row">
              <div role="gridcell" aria-colspan={6} className={styles.foot}>
                {props.foot}
              </div>
            </div>
          )}
        </div>
      </div>
      {above > 0 && <NewRowsPill count={above} onShow={() => scroller.current?.scrollTo({ top: 0 })} />}
    </div>
  )
}

/** Keeps what the reader looks at in place while lines come and go above it; at the top, news simply shows. */
function useAnchor(scroller: React.RefObject<HTMLElement | null>, placed: Placed, slack: number): void {
  const before = useRef(placed)
  useLayoutEffect(() => {
    const element = scroller.current
    const old = before.current
    before.current = placed
    if (!element || old === placed || element.scrollTop <= slack) return
    const shift = anchorShift(old, placed, element.scrollTop)
    if (shift !== 0) element.scrollBy({ top: shift, behavior: 'instant' })
  }, [scroller, placed, slack])
}

function heightOf(line: LedgerLine | undefined, heights: LineHeights): number {
  return line ? lineHeight(line, heights) : heights.row
}

function withIndex(indexes: number[], extra: number): number[] {
  return extra < 0 || indexes.includes(extra) ? indexes : [...indexes, extra].toSorted((a, b) => a - b)
}
