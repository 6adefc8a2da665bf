import { createContext, useCallback, useContext, useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { useAnnouncer } from './live-region.tsx'
import styles from './notice.module.css'

const NoticeContext = createContext<(text: string) => void>(() => {})

/** The place for what a press came to when no form is there to say it. It stays until it is closed or another comes. */
export function NoticeProvider({ children }: { children: ReactNode }) {
  const [text, setText] = useState<string | null>(null)
  const announcer = useAnnouncer()
  const show = useCallback(
    (words: string) => {
      setText(words)
      announcer.alert(words)
    },
    [announcer],
  )
  return (
    <NoticeContext value={show}>
      {children}
      {text !== null && (
        <div className={styles.region}>
          <div className={styles.notice}>
            <p className={styles.words}>{text}</p>
            <Button kind="quiet" size="small" icon="cross" aria-label="Close" onClick={() => setText(null)} />
          </div>
        </div>
      )}
    </NoticeContext>
  )
}

/** Tells the person something they would otherwise not learn. */
export function useNotice(): (text: string) => void {
  return useContext(NoticeContext)
}
