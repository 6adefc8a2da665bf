import { createContext, useContext, useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import styles from './notice.module.css'

const NoticeContext = createContext<(text: string) => void>(() => {})

/** The place for what a press came to when no form is there to say it. It stays until it is closed or another comes. */
export function NoticeProvider({ children }: { children: ReactNode }) {
  const [text, setText] = useState<string | null>(null)
  return (
    <NoticeContext value={setText}>
      {children}
      {/* There before its words: a region that arrives together with them is often not read. */}
      <div role="alert" className={styles.region}>
        {text !== null && (
          <div className={styles.notice}>
            <p className={styles.words}>{text}</p>
            <Button kind="quiet" size="small" icon="cross" aria-label="Close" onClick={() => setText(null)} />
          </div>
        )}
      </div>
    </NoticeContext>
  )
}

/** Tells the person something they would otherwise not learn. */
export function useNotice(): (text: string) => void {
  return useContext(NoticeContext)
}
