import { expose } from 'comlink'
import type { CoreRuntime } from '../core/runtime.ts'
import { tabLock } from '../wire/names.ts'
import type { Host, RuntimeFrame, TabFrame } from '../wire/port.ts'
import { WIRE_VERSION } from '../wire/version.ts'

/** A MessagePort of a SharedWorker, or the global scope of a dedicated one. */
export interface TabPort {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void
  start?(): void
  close?(): void
}

const FRAME_TYPES: readonly unknown[] = ['attach', 'wants', 'signal', 'ack', 'bye'] satisfies TabFrame['t'][]

/**
 * Serves one tab on one port: hello with the inner port for calls, then frames. The tab holds a lock for as long as it is
 * attached; we wait for it, because a port whose other end has died tells nobody.
 */
export function serveTab(port: TabPort, runtime: CoreRuntime, about: { build: string; host: Host }): void {
  const calls = new MessageChannel()
  expose(runtime.calls, calls.port1)
  const connection = runtime.connect((frame) => port.postMessage(frame, []))
  let watch: AbortController | null = null

  function watchTab(tabId: string): void {
    watch?.abort()
    const { signal } = (watch = new AbortController())
    navigator.locks
      .request(tabLock(tabId), { signal }, () => connection.close())
      .catch(() => {
        // Aborted: the tab said goodbye by itself, or attached anew.
      })
  }

  port.addEventListener('message', ({ data }) => {
    if (!isTabFrame(data)) return
    if (data.t === 'attach') watchTab(data.tabId)
    if (data.t === 'bye') watch?.abort()
    connection.receive(data)
  })
  port.start?.()

  const { instanceId } = runtime
  const hello: RuntimeFrame = { t: 'hello', instanceId, wire: WIRE_VERSION, ...about }
  port.postMessage(hello, [calls.port2])
}

/** A page of another deploy may say what this one does not know: passed over. */
function isTabFrame(data: unknown): data is TabFrame {
  return typeof data === 'object' && data !== null && 't' in data && FRAME_TYPES.includes(data.t)
}
