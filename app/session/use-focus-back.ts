import { useEffect, useRef, type RefObject } from 'react'

/**
 * A banner goes by itself, and so does the dialog it opened: focus that stood in one of them would be left on the body. It
 * goes to what the banner offers next, else back to where the person worked before. `shows` changes with what is shown.
 */
export function useFocusBack(banner: RefObject<HTMLElement | null>, shows: string | null): void {
  const worked = useRef<HTMLElement | null>(null)
  const isInside = useRef(false)
  const shown = useRef(shows)

  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    function follow({ target }: Event): void {
      if (!(target instanceof HTMLElement)) return
      isInside.current = target.closest('dialog') !== null || (banner.current?.contains(target) ?? false)
    }
    document.addEventListener(
      'focusin',
      (event) => {
        follow(event)
        if (!isInside.current && event.target instanceof HTMLElement) worked.current = event.target
      },
      { signal },
    )
    // A press on what takes no focus leaves it on the body, and that is meant.
    document.addEventListener('pointerdown', follow, { signal })
    return () => controller.abort()
  }, [banner])

  useEffect(() => {
    if (shown.current === shows) return
    shown.current = shows
    const { activeElement, body } = document
    if (!isInside.current || (activeElement !== null && activeElement !== body)) return
    const back = worked.current?.isConnected ? worked.current : document.querySelector('h1')
    const next = banner.current?.querySelector('button') ?? back
    next?.focus({ preventScroll: true })
  }, [banner, shows])
}
