import { useEffect, useState } from 'react'

/** `--row` in px: the virtual list must know the height that the reader's density, pointer and text size give a row. */
export function useRowHeight(token: '--row' = '--row'): number {
  const [height, setHeight] = useState(() => measure(token))
  useEffect(() => {
    const refresh = () => setHeight(measure(token))
    const observer = new MutationObserver(refresh)
    observer.observe(document.documentElement, { attributes: true })
    const coarse = matchMedia('(pointer: coarse)')
    coarse.addEventListener('change', refresh)
    addEventListener('resize', refresh)
    return () => {
      observer.disconnect()
      coarse.removeEventListener('change', refresh)
      removeEventListener('resize', refresh)
    }
  }, [token])
  return height
}

function measure(token: string): number {
  const style = getComputedStyle(document.documentElement)
  const value = style.getPropertyValue(token).trim()
  const number = Number.parseFloat(value)
  if (Number.isNaN(number)) return 36
  return value.endsWith('rem') ? number * Number.parseFloat(style.fontSize) : number
}
