import { useEffect, useRef, useState } from 'react'
import type { Inspection } from '../../worker/wire/port.ts'
import { useRealtime } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { shareText, useStorageShare } from './storage-share.ts'
import { useShortcut } from '../ui/shortcuts.tsx'
import styles from './inspector-panel.module.css'
import { inspectionLines } from './inspection-lines.ts'

const LOOK_MS = 1000

/** What the runtime of this tab is doing, looked at each second. For whoever has to find out why something is late. */
export function InspectorPanel({ onClose }: { onClose: () => void }) {
  const seen = useInspection()
  const share = useStorageShare()
  useShortcut('Escape', 'Close the inspector', onClose)
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    const before = document.activeElement
    panel.current?.focus({ preventScroll: true })
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    <aside ref={panel} tabIndex={-1} className={styles.panel} aria-labelledby="inspector-title">
      <div className={styles.head}>
        <h2 id="inspector-title" className={styles.title}>
          Connection inspector
        </h2>
        <Button kind="quiet" size="small" icon="cross" aria-label="Close" onClick={onClose} />
      </div>
      {seen === null && <p className={styles.silent}>The runtime does not answer.</p>}
      {seen && (
        <dl className={styles.lines}>
          {inspectionLines(seen.inspection, seen.at).map(({ name, value, testId }) => (
            <div key={name} className={styles.line}>
              <dt>{name}</dt>
              <dd data-testid={testId}>{value}</dd>
            </div>
          ))}
          {share && (
            <div className={styles.line}>
              <dt>Stored on this device</dt>
              <dd data-testid="inspector-storage">{shareText(share)}</dd>
            </div>
          )}
        </dl>
      )}
      {share && !share.isKept && (
        <p className={styles.hint} data-testid="storage-hint">
          The browser may clear what is stored when this device runs out of room, unsent changes too. It is
          asked to keep it with the first change you save; an installed app is cleared last.
        </p>
      )}
    </aside>
  )
}

/** Undefined until the first answer, null when the runtime does not give one. */
function useInspection(): { inspection: Inspection; at: number } | null | undefined {
  const { runtime } = useRealtime()
  const [seen, setSeen] = useState<{ inspection: Inspection; at: number } | null>()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    // The next question waits for the answer: a runtime that hangs is not asked again and again.
    async function look(): Promise<void> {
      const result = await runtime.calls.inspect()
      if (isOver) return
      setSeen(result.ok ? { inspection: result.value, at: Date.now() } : null)
      timer = setTimeout(() => void look(), LOOK_MS)
    }
    void look()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [runtime])
  return seen
}
