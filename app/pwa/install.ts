/** https://wicg.github.io/manifest-incubations/#beforeinstallpromptevent-interface; Chromium alone has it. */
interface BeforeInstallPromptEvent extends Event {
  prompt(): Promise<unknown>
  readonly userChoice: Promise<{ outcome: 'accepted' | 'dismissed' }>
}

/** `ask`: the browser puts the question itself. `steps`: a person has to find it in the browser's menu. */
export type InstallWay = 'ask' | 'steps' | 'installed'

export interface Install {
  way: () => InstallWay
  subscribe: (listener: () => void) => () => void
  /** Puts the browser's question; afterwards it can be put no more until the browser offers it again. */
  ask: () => void
}

/** Whether and how the app can be put beside the other apps of this device. */
export function createInstall(page: Pick<Window, 'addEventListener' | 'matchMedia'>): Install {
  const listeners = new Set<() => void>()
  let offer: BeforeInstallPromptEvent | null = null
  let isInstalled = page.matchMedia('(display-mode: standalone)').matches

  function tell(): void {
    for (const listener of listeners) listener()
  }

  page.addEventListener('beforeinstallprompt', (event) => {
    // It is asked from the menu, by whoever wants it, and not over somebody's work.
    event.preventDefault()
    offer = event as BeforeInstallPromptEvent
    tell()
  })
  page.addEventListener('appinstalled', () => {
    offer = null
    isInstalled = true
    tell()
  })

  return {
    way: () => (isInstalled ? 'installed' : offer ? 'ask' : 'steps'),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ask() {
      const question = offer
      offer = null
      tell()
      void question?.prompt().catch(() => {
        // Asked twice, or not by a press: the steps are still there.
      })
    },
  }
}
