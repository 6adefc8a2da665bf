export interface PlotColours {
  in: string
  out: string
  net: string
  /** Under a line that stands alone. */
  wash: string
  line: string
  text: string
  font: string
}

/**
 * The colours the page has now. A canvas cannot read `light-dark()`, so a probe wears each token and the browser says what
 * it comes to.
 */
export function readPlotColours(element: HTMLElement): PlotColours {
  const probe = document.createElement('span')
  probe.hidden = true
  element.append(probe)
  const read = (token: string) => {
    probe.style.color = token
    return getComputedStyle(probe).color
  }
  const colours = {
    in: read('color-mix(in oklab, var(--money-in) 45%, transparent)'),
    out: read('color-mix(in oklab, var(--money-out) 45%, transparent)'),
    net: read('var(--accent)'),
    wash: read('var(--accent-wash)'),
    line: read('var(--line)'),
    text: read('var(--ink-quiet)'),
    font: `11px ${getComputedStyle(element).fontFamily}`,
  }
  probe.remove()
  return colours
}

/** Calls back when the theme changes, by the person's choice or by the system's. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme', 'style', 'class'],
  })
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', changed)
  return () => {
    observer.disconnect()
    dark.removeEventListener('change', changed)
  }
}
