/** Between two looks at the clock; a visible page whose looks are this far apart was asleep. */
const LOOK_MS = 10_000
const SLEPT_MS = 30_000

export interface PageSignals {
  /** Visibility or connectivity changed; `woke` when the page comes from a sleep of the machine or a freeze. */
  onChange: (woke: boolean) => void
  /** The page goes away, for good or into the back/forward cache: everything it holds must be let go now. */
  onHide: () => void
  /** It came back as it was. */
  onShow: () => void
}

/** What only a page can see: a SharedWorker knows neither visibility nor (in Chromium) that the network came back. */
export function watchPage({ onChange, onHide, onShow }: PageSignals): () => void {
  const controller = new AbortController()
  const { signal } = controller
  let lookedAt = Date.now()

  const timer = setInterval(() => {
    const now = Date.now()
    const slept = now - lookedAt > SLEPT_MS && document.visibilityState === 'visible'
    lookedAt = now
    if (slept) onChange(true)
  }, LOOK_MS)
  signal.addEventListener('abort', () => clearInterval(timer))

  document.addEventListener(
    'visibilitychange',
    () => {
      // Timers of a hidden page are throttled: the time since the last look says nothing about a sleep.
      lookedAt = Date.now()
      onChange(false)
    },
    { signal },
  )
  for (const type of ['online', 'offline']) addEventListener(type, () => onChange(false), { signal })
  addEventListener('pagehide', onHide, { signal })
  document.addEventListener('freeze', onHide, { signal })
  document.addEventListener('resume', onShow, { signal })
  addEventListener('pageshow', (event) => event.persisted && onShow(), { signal })
  return () => controller.abort()
}
