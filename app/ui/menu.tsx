import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import styles from './menu.module.css'

/** A button that opens a list of things to do or choose from. `children` are `MenuItem` and `MenuChoice`. */
export function Menu(props: { label: string; face: ReactNode; testId?: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()

  useEffect(() => {
    if (!isOpen) return undefined
    itemsOf(list.current)[0]?.focus()
    function onPointerDown(event: PointerEvent): void {
      const target = event.target as Node
      if (!list.current?.contains(target) && !button.current?.contains(target)) setOpen(false)
    }
    document.addEventListener('pointerdown', onPointerDown)
    return () => document.removeEventListener('pointerdown', onPointerDown)
  }, [isOpen])

  function close(): void {
    setOpen(false)
    button.current?.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    const items = itemsOf(list.current)
    const next = nextItem(event.key, items.indexOf(document.activeElement as HTMLElement), items.length)
    if (next !== null) items[next]?.focus()
    else if (event.key === 'Escape') close()
    else if (event.key === 'Tab') return setOpen(false)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={styles.menu}>
      <button
        ref={button}
        type="button"
        className={styles.face}
        aria-label={props.label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        data-testid={props.testId}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          setOpen(true)
        }}
      >
        {props.face}
      </button>
      {isOpen && (
        <div
          ref={list}
          id={id}
          role="menu"
          tabIndex={-1}
          aria-label={props.label}
          className={styles.list}
          onKeyDown={onKeyDown}
          onClick={(event) => {
            if ((event.target as Element).closest('[role=menuitem]')) close()
          }}
        >
          {props.children}
        </div>
      )}
    </div>
  )
}

/** Where the focus goes from item `at` of `count`; null for a key that does not move it. */
export function nextItem(key: string, at: number, count: number): number | null {
  if (key === 'ArrowDown') return (at + 1) % count
  if (key === 'ArrowUp') return (Math.max(at, 0) + count - 1) % count
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return null
}

function itemsOf(list: HTMLElement | null): HTMLElement[] {
  const items = [...(list?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]
  return items.filter((item) => item.offsetParent !== null)
}
