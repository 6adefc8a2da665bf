import type { Locks } from '../core/platform.ts'
import type { CoreRuntime } from '../core/runtime.ts'
import type { Host, RuntimeCalls, RuntimeFrame, TabFrame } from '../wire/port.ts'
import { WIRE_VERSION } from '../wire/version.ts'

/** A MessagePort of a SharedWorker, or the global scope of a dedicated one. */
export interface TabPort {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void
  start?(): void
}

export interface ServeDeps {
  runtime: CoreRuntime
  build: string
  host: Host
  locks: Pick<Locks, 'request'>
  /** Puts the calls behind a port of their own; what it returns goes with the hello. */
  offerCalls: (calls: RuntimeCalls) => Transferable[]
}

const FRAME_TYPES: readonly unknown[] = [
  'attach',
  'wants',
  'rate',
  'signal',
  'ack',
  'ping',
  'bye',
  'logged-out',
] satisfies TabFrame['t'][]

/**
 * Serves one tab on one port: hello with the inner port for calls, then frames. The tab holds a lock for as long as it is
 * attached; we wait for it, because a port whose other end has died tells nobody.
 */
export function serveTab(port: TabPort, { runtime, build, host, locks, offerCalls }: ServeDeps): void {
  const connection = runtime.connect((frame) => port.postMessage(frame, []))
  let watch: AbortController | null = null

  function watchTab(lock: string): void {
    watch?.abort()
    const { signal } = (watch = new AbortController())
    locks
      .request(lock, { signal, shared: true }, () => Promise.resolve(connection.close()))
      .catch(() => {
        // Aborted: the tab said goodbye by itself, or attached anew.
      })
  }

  port.addEventListener('message', ({ data }) => {
    if (!isTabFrame(data)) return
    if (data.t === 'attach') watchTab(data.lock)
    if (data.t === 'bye') watch?.abort()
    connection.receive(data)
  })
  port.start?.()

  const { instanceId } = runtime
  const hello: RuntimeFrame = { t: 'hello', instanceId, wire: WIRE_VERSION, build, host }
  port.postMessage(hello, offerCalls(runtime.calls))
}

/** A page of another deploy may say what this one does not know: passed over. */
function isTabFrame(data: unknown): data is TabFrame {
  return typeof data === 'object' && data !== null && 't' in data && FRAME_TYPES.includes(data.t)
}
