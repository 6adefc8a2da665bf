import { createContext, useCallback, useContext, useMemo, useRef, type ReactNode } from 'react'
import hidden from './visually-hidden.module.css'

export interface Announcer {
  /** Read out when the reader is idle. */
  status(text: string): void
  /** Read out at once: something needs the person. */
  alert(text: string): void
}

const AnnouncerContext = createContext<Announcer | null>(null)

/** Two regions that are there from the first paint: a region that arrives together with its text is often not read. */
export function LiveRegions({ children }: { children: ReactNode }) {
  const status = useRef<HTMLOutputElement>(null)
  const alert = useRef<HTMLDivElement>(null)
  const announcer = useMemo(
    (): Announcer => ({
      status: (text) => say(status.current, text),
      alert: (text) => say(alert.current, text),
    }),
    [],
  )
  return (
    <AnnouncerContext value={announcer}>
      {children}
      <output ref={status} className={hidden.hidden} />
      <div ref={alert} role="alert" className={hidden.hidden} />
    </AnnouncerContext>
  )
}

/** Says something to those who do not see the page change. */
export function useAnnouncer(): Announcer {
  const announcer = useContext(AnnouncerContext)
  const silent = useCallback(() => {}, [])
  return useMemo(() => announcer ?? { status: silent, alert: silent }, [announcer, silent])
}

function say(region: HTMLElement | null, text: string): void {
  // The same sentence twice is no change and would not be read; emptied first, it is one.
  if (region?.textContent === text) region.textContent = ''
  if (region) region.textContent = text
}
