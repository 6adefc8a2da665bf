import { wrap, type Remote } from 'comlink'
import { runtimeLock } from '../wire/names.ts'
import {
  HELLO_TIMEOUT_MS,
  type Host,
  type RuntimeCalls,
  type RuntimeFrame,
  type TabFrame,
} from '../wire/port.ts'
import type { Page, RuntimePort } from './page.ts'

type Hello = Extract<RuntimeFrame, { t: 'hello' }>

/** A runtime that has said hello. */
export interface Link {
  readonly hello: Hello
  readonly calls: Remote<RuntimeCalls>
  post(frame: TabFrame): void
  /** Aborts when the runtime is dead or the link was closed. */
  readonly lost: AbortSignal
  close(): void
}

/**
 * Opens a runtime and waits for its hello: a SharedWorker that crashed while it started, or one that hangs, gives no sign
 * at all. Null when none came in time. Afterwards its lock is watched: it is granted to us when the runtime has died.
 */
export function openLink(
  page: Page,
  where: { host: Host; name: string },
  onFrame: (frame: RuntimeFrame) => void,
): Promise<Link | null> {
  return new Promise((resolve) => {
    const over = new AbortController()
    const cancelTimeout = page.after(HELLO_TIMEOUT_MS, giveUp)
    let port: RuntimePort | null = null
    try {
      port = page.open(where.host, where.name, { onMessage, onTrouble: giveUp })
    } catch {
      // A browser that blocks storage refuses the constructor itself: one more host that does not work here.
      giveUp()
    }

    function giveUp(): void {
      cancelTimeout()
      close()
      resolve(null)
    }

    function close(): void {
      if (over.signal.aborted) return
      over.abort()
      port?.close()
    }

    function onMessage({ data, ports: [callPort] }: MessageEvent<unknown>): void {
      if (over.signal.aborted) return
      const frame = data as RuntimeFrame
      if (frame.t !== 'hello' || !callPort) return onFrame(frame)
      cancelTimeout()
      watchDeath(frame.instanceId)
      const calls = wrap<RuntimeCalls>(callPort)
      resolve({ hello: frame, calls, post: (out) => port?.post(out), lost: over.signal, close })
    }

    function watchDeath(instanceId: string): void {
      page.locks.request(runtimeLock(instanceId), { signal: over.signal }, close).catch(() => {
        // Aborted: the link was closed first.
      })
    }
  })
}
