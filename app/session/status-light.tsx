import { useEffect, useId, useRef, useState } from 'react'
import { useStatus } from '../realtime/runtime-provider.tsx'
import { useShortcut } from '../ui/shortcuts.tsx'
import { StatusDetails } from './status-details.tsx'
import styles from './status-light.module.css'
import { statusWord } from './status-words.ts'

/** A pointer that only passes by opens nothing; one on its way into the details does not lose them. */
const OPEN_MS = 120
const CLOSE_MS = 200

/** A dot and a word. Hovering shows what is behind it, a press or a tap keeps that open. */
export function StatusLight({ onInspect }: { onInspect: () => void }) {
  const status = useStatus()
  const [open, setOpen] = useState<'no' | 'hovered' | 'kept'>('no')
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const id = useId()

  useEffect(() => {
    if (open === 'no') return undefined
    function onPointerDown(event: PointerEvent): void {
      if (!box.current?.contains(event.target as Node)) setOpen('no')
    }
    document.addEventListener('pointerdown', onPointerDown)
    return () => document.removeEventListener('pointerdown', onPointerDown)
  }, [open])
  useEffect(() => () => clearTimeout(timer.current), [])

  useShortcut(
    'Escape',
    'Close the connection details',
    () => {
      setOpen('no')
      button.current?.focus()
    },
    open === 'kept',
  )

  function onHover(isOver: boolean): void {
    clearTimeout(timer.current)
    timer.current = setTimeout(
      () => setOpen((now) => (now === 'kept' ? now : isOver ? 'hovered' : 'no')),
      isOver ? OPEN_MS : CLOSE_MS,
    )
  }

  return (
    <div
      ref={box}
      role="presentation"
      className={styles.light}
      onPointerEnter={(event) => event.pointerType === 'mouse' && onHover(true)}
      onPointerLeave={(event) => event.pointerType === 'mouse' && onHover(false)}
      onBlur={(event) => {
        if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) setOpen('no')
      }}
    >
      <button
        ref={button}
        type="button"
        className={styles.face}
        data-testid="status"
        data-state={status.phase}
        aria-expanded={open !== 'no'}
        aria-controls={open === 'no' ? undefined : id}
        onClick={() => setOpen((now) => (now === 'kept' ? 'no' : 'kept'))}
      >
        <span className={styles.dot} aria-hidden="true" />
        <span className={styles.word}>{statusWord(status.phase)}</span>
      </button>
      {open !== 'no' && (
        <StatusDetails
          id={id}
          status={status}
          onInspect={() => {
            setOpen('no')
            onInspect()
          }}
        />
      )}
    </div>
  )
}
