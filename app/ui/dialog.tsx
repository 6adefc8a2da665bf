import { useId, useLayoutEffect, useRef, type ReactNode } from 'react'
import { Button } from './button.tsx'
import styles from './dialog.module.css'

/**
 * A question or a list that wants the whole attention, over the page. Built on the browser's own dialog: it traps the
 * focus, closes on Escape and gives the focus back. Mounted means open.
 */
export function Dialog(props: {
  title: string
  onClose: () => void
  /** On a phone it takes the whole screen: for forms and for what is read, not for questions. */
  whole?: boolean
  children: ReactNode
}) {
  const { title, onClose, whole = false, children } = props
  const element = useRef<HTMLDialogElement>(null)
  const id = useId()
  const isPressedOutside = useRef(false)
  // A layout effect is undone while the element still stands in the page. Once it is taken out it is no modal any more,
  // and closing it then would leave the focus on the body (HTML, dialog: removing steps).
  useLayoutEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      className={styles.dialog}
      aria-labelledby={id}
      data-whole={whole || undefined}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      // A press on the backdrop lands on the dialog itself; what lies inside is covered by the body.
      // It closes with the click that ends the press: gone any sooner, a tap's click would hit what lies beneath. The press
      // has to begin there too, so that a text selected past the edge does not close it.
      onPointerDown={(event) => {
        isPressedOutside.current = event.target === event.currentTarget
      }}
      onClick={(event) => {
        if (isPressedOutside.current && event.target === event.currentTarget) onClose()
      }}
    >
      <div className={styles.body}>
        <div className={styles.head}>
          <h2 id={id} className={styles.title}>
            {title}
          </h2>
          <Button kind="quiet" size="small" icon="cross" aria-label="Close" onClick={onClose} />
        </div>
        {children}
      </div>
    </dialog>
  )
}
