import { useEffect, useRef } from 'react'
import styles from './shell.module.css'

/**
 * The heading of the page, in the frame, so that it is there before the page's own code is. It takes the focus when one
 * page follows another: whoever does not see the change hears its name and goes on from there.
 */
export function PageHeading({ title }: { title: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef(title)
  useEffect(() => {
    document.title = `${title} · Standpipe`
    if (shown.current === title) return
    shown.current = title
    heading.current?.focus({ preventScroll: true })
  }, [title])
  return (
    <h1 ref={heading} tabIndex={-1} className={styles.heading}>
      {title}
    </h1>
  )
}
