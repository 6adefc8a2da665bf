import { wrap } from 'comlink'
import type { Clock, Locks } from '../core/platform.ts'
import { clock } from '../platform/clock.ts'
import { createLocks, PAGE_LEASE_MS } from '../platform/locks.ts'
import { random } from '../platform/random.ts'
import { createStore } from '../platform/store.ts'
import { DEPLOY_META } from '../wire/headers.ts'
import type { Host, RuntimeCalls, RuntimeFrame } from '../wire/port.ts'
import type { TelemetryRecord } from '../wire/telemetry.ts'
import type { HostHints } from './host-choice.ts'
import { handIn } from './hand-in.ts'
import { createLogoutSignals, type LogoutSignals } from './logout-signals.ts'
import { flagStorage, recovery, type Recovery } from './local-settings.ts'
import { watchPage, type PageSignals } from './page-signals.ts'
import { createTabFlags, type TabFlags } from './tab-flags.ts'
import { SCRIPT_URL } from './script-url.ts'
import { SHARED_OPTIONS } from './worker-name.ts'

/** One end of a runtime's port, as a tab holds it. */
export interface RuntimePort {
  post(frame: unknown): void
  /** Ends the port; a runtime of our own ends with it. */
  close(): void
}

export interface PortHandlers {
  /** With the hello come the calls; with every other frame null. */
  onFrame: (frame: RuntimeFrame, calls: RuntimeCalls | null) => void
  /** The script could not be loaded or threw while it was read. */
  onTrouble: () => void
}

/** What a tab needs of its document. Given to `attach`, so that it can be run without one. */
export interface Page {
  hints(): HostHints
  /** Starts or joins a runtime. Throws where the browser refuses the constructor. */
  open(host: Host, name: string, handlers: PortHandlers): RuntimePort
  locks: Locks
  clock: Clock
  recovery: Recovery
  logouts: LogoutSignals
  flags: TabFlags
  /** Sends records that outlive this page. */
  handIn(records: TelemetryRecord[], pass: string): void
  id(): string
  /** Uniform in [0, 1). */
  fraction(): number
  signals(listener: PageSignals): () => void
  state(): { visible: boolean; online: boolean }
  /** Which deploy served this page; 0 when the server did not say. */
  deploy(): number
  report: (error: unknown) => void
}

export function createPage(): Page {
  const flags = createTabFlags(flagStorage, clock.wallMs)
  return {
    hints: () => ({
      hasSharedWorker: typeof SharedWorker === 'function',
      isWebKit: navigator.vendor.startsWith('Apple'),
      flag: flags.read()['runtime.host'],
    }),
    open(host, name, { onFrame, onTrouble }) {
      const onMessage = ({ data, ports: [port] }: MessageEvent<RuntimeFrame>) =>
        onFrame(data, port ? wrap<RuntimeCalls>(port) : null)
      if (host === 'shared-worker') {
        const worker = new SharedWorker(SCRIPT_URL.runtime, { ...SHARED_OPTIONS, name })
        worker.addEventListener('error', onTrouble)
        worker.port.addEventListener('message', onMessage)
        worker.port.start()
        return { post: (frame) => worker.port.postMessage(frame), close: () => worker.port.close() }
      }
      const worker = new Worker(SCRIPT_URL.runtime, { type: 'module', name })
      worker.addEventListener('error', onTrouble)
      worker.addEventListener('message', onMessage)
      return { post: (frame) => worker.postMessage(frame), close: () => worker.terminate() }
    },
    locks: createLocks({ clock, random, store: createStore() }, PAGE_LEASE_MS),
    clock,
    recovery,
    logouts: createLogoutSignals(clock, () => random.uuid()),
    flags,
    handIn,
    id: () => random.uuid(),
    fraction: () => random.fraction(),
    signals: watchPage,
    state: () => ({ visible: document.visibilityState === 'visible', online: navigator.onLine }),
    deploy: () => Number(document.querySelector(`meta[name=${DEPLOY_META}]`)?.getAttribute('content')) || 0,
    report: (error) => reportError(error),
  }
}
