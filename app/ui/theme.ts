import { useSyncExternalStore } from 'react'
import { createRemembered, type Remembered } from './remembered.ts'

/** The keys are read by public/theme.js too, before the first paint. */
const theme = createRemembered('standpipe:theme', ['system', 'light', 'dark'], (value) => {
  mark('theme', value)
  tintBrowser(value)
})
const density = createRemembered('standpipe:density', ['compact', 'comfortable'], (value) =>
  mark('density', value),
)

/** Light, dark, or whatever the device is set to. */
export const useTheme = () => useRemembered(theme)
/** Height of a row: 36 or 44 px. */
export const useDensity = () => useRemembered(density)

function useRemembered<T extends string>(remembered: Remembered<T>): [T, (value: T) => void] {
  return [useSyncExternalStore(remembered.subscribe, remembered.get), remembered.set]
}

function mark(name: 'theme' | 'density', value: string): void {
  const { dataset } = document.documentElement
  if (value === 'system' || value === 'compact') delete dataset[name]
  else dataset[name] = value
}

/** The browser's own bar follows the device; a theme that was chosen here has to be told to it. */
function tintBrowser(value: string): void {
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.dataset.ofDevice ??= meta.content
    meta.content =
      value === 'system' ? meta.dataset.ofDevice : getComputedStyle(document.documentElement).backgroundColor
  }
}

tintBrowser(theme.get())
