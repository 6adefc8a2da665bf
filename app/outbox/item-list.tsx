import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { OutboxEntry } from './outbox-groups.ts'
import { OutboxItem, type OutboxItemProps } from './outbox-item.tsx'
import styles from './outbox-page.module.css'

/** Longer lists are drawn in part. */
export const WHOLE_MAX = 200
const ITEM_HEIGHT_PX = 76
const OVERSCAN = 12
/** Between a line the reader walks to and the edge of the view. */
const EDGE_PX = 8

export interface ItemListProps {
  label: string
  entries: readonly OutboxEntry[]
  cursor: string | null
  scroller: RefObject<HTMLElement | null>
  /** All of a line but its place. */
  item: (entry: OutboxEntry) => Omit<OutboxItemProps, 'entry' | 'place'>
}

/** The lines of one group. */
export function ItemList(props: ItemListProps) {
  const { label, entries, item } = props
  if (entries.length > WHOLE_MAX) return <PartlyDrawn {...props} />
  return (
    <ul className={styles.list} aria-label={label}>
      {entries.map((entry) => (
        <OutboxItem key={entry.key} entry={entry} {...item(entry)} />
      ))}
    </ul>
  )
}

function PartlyDrawn({ label, entries, cursor, scroller, item }: ItemListProps) {
  const list = useRef<HTMLUListElement>(null)
  const [top, setTop] = useState(0)
  // What lies above it grows and shrinks with any drawing; the same number ends it.
  // oxlint-disable-next-line react/exhaustive-deps
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0))
  const cursorAt = entries.findIndex(({ key }) => key === cursor)
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ITEM_HEIGHT_PX,
    getItemKey: (index) => entries[index]?.key ?? index,
    overscan: OVERSCAN,
    scrollPaddingStart: EDGE_PX,
    scrollPaddingEnd: EDGE_PX,
    scrollMargin: top,
    // The line at the cursor is always drawn: it holds the focus, which would be lost with it.
    rangeExtractor: useCallback(
      (range: Range) => {
        const drawn = defaultRangeExtractor(range)
        if (cursorAt < 0 || drawn.includes(cursorAt)) return drawn
        return [...drawn, cursorAt].toSorted((a, b) => a - b)
      },
      [cursorAt],
    ),
  })
  useEffect(() => {
    if (cursorAt >= 0) virtual.scrollToIndex(cursorAt, { align: 'auto' })
    // Only a cursor that moved may move the page, never a line that went above it.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [cursor])
  return (
    <ul
      ref={list}
      className={styles.list}
      aria-label={label}
      style={{ position: 'relative', blockSize: virtual.getTotalSize() }}
    >
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const entry = entries[index]
        if (!entry) return null
        const style = { position: 'absolute', insetInline: 0, insetBlockStart: start - top } as const
        return (
          <OutboxItem
            key={key}
            entry={entry}
            {...item(entry)}
            place={{ ref: virtual.measureElement, index, count: entries.length, style }}
          />
        )
      })}
    </ul>
  )
}
