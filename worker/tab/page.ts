// oxlint-disable-next-line import/default -- the bundler gives the URL of the built script
import runtimeUrl from '../hosts/shared-worker.ts?worker&url'
import { FLAGS_STORAGE_KEY } from '../wire/names.ts'
import type { Host } from '../wire/port.ts'
import type { HostHints } from './host-choice.ts'
import { watchPage, type PageSignals } from './page-signals.ts'

/** One end of a runtime's port, as a tab holds it. */
export interface RuntimePort {
  post(frame: unknown): void
  /** Ends the port; a runtime of our own ends with it. */
  close(): void
}

/** What a tab needs of its document. Given to `attach`, so that it can be run without one. */
export interface Page {
  hints(): HostHints
  /** Starts or joins a runtime. `onTrouble`: its script could not be loaded or threw while it was read. */
  open(
    host: Host,
    name: string,
    handlers: { onMessage: (event: MessageEvent<unknown>) => void; onTrouble: () => void },
  ): RuntimePort
  locks: Pick<LockManager, 'request'>
  after(ms: number, fn: () => void): () => void
  id(): string
  signals(listener: PageSignals): () => void
  state(): { visible: boolean; online: boolean }
  report: (error: unknown) => void
}

export function createPage(): Page {
  return {
    hints: () => ({
      hasSharedWorker: typeof SharedWorker === 'function',
      isWebKit: navigator.vendor.startsWith('Apple'),
      flag: readFlag('runtime.host'),
    }),
    open(host, name, { onMessage, onTrouble }) {
      if (host === 'shared-worker') {
        const worker = new SharedWorker(runtimeUrl, { type: 'module', name })
        worker.addEventListener('error', onTrouble)
        worker.port.addEventListener('message', onMessage)
        worker.port.start()
        return { post: (frame) => worker.port.postMessage(frame), close: () => worker.port.close() }
      }
      const worker = new Worker(runtimeUrl, { type: 'module', name })
      worker.addEventListener('error', onTrouble)
      worker.addEventListener('message', onMessage)
      return { post: (frame) => worker.postMessage(frame), close: () => worker.terminate() }
    },
    locks: navigator.locks,
    after(ms, fn) {
      const timer = setTimeout(fn, ms)
      return () => clearTimeout(timer)
    },
    id: () => crypto.randomUUID(),
    signals: watchPage,
    state: () => ({ visible: document.visibilityState === 'visible', online: navigator.onLine }),
    report: (error) => reportError(error),
  }
}

function readFlag(name: string): string {
  try {
    const flags = JSON.parse(localStorage.getItem(FLAGS_STORAGE_KEY) ?? '{}') as Record<
      string,
      unknown
    > | null
    const value = flags?.[name]
    return typeof value === 'string' ? value : 'auto'
  } catch {
    // Storage is blocked, or somebody wrote something else into it: the default serves.
    return 'auto'
  }
}
