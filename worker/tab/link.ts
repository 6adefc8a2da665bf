import { runtimeLock } from '../wire/names.ts'
import {
  HELLO_TIMEOUT_MS,
  type Host,
  type RuntimeCalls,
  type RuntimeFrame,
  type TabFrame,
} from '../wire/port.ts'
import type { Page, RuntimePort } from './page.ts'
import { createPulse } from './pulse.ts'

/** A runtime that has said hello. */
export interface Link {
  readonly calls: RuntimeCalls
  post(frame: TabFrame): void
  /** Somebody looks at the page, perhaps after a long time: is the runtime still well? */
  checkPulse(): void
  /** Aborts when the runtime is dead or hangs, and when the link was closed. */
  readonly lost: AbortSignal
  close(): void
}

/**
 * Opens a runtime and waits for its hello: a SharedWorker that crashed while it started, or one that hangs, gives no sign
 * at all. Null when none came in time. Afterwards its lock is watched: it is granted to us when the runtime has died.
 * `onHung`: it lives and answers nothing; the link is still there.
 */
export function openLink(
  page: Page,
  where: { host: Host; name: string },
  { onFrame, onHung }: { onFrame: (frame: RuntimeFrame) => void; onHung: (instanceId: string) => void },
): Promise<Link | null> {
  return new Promise((resolve) => {
    const over = new AbortController()
    const cancelTimeout = page.clock.after(HELLO_TIMEOUT_MS, giveUp)
    let port: RuntimePort | null = null
    let instanceId: string | null = null
    const pulse = createPulse(page, {
      ping: (n) => port?.post({ t: 'ping', n } satisfies TabFrame),
      onHung: () => instanceId !== null && onHung(instanceId),
      signal: over.signal,
    })
    try {
      port = page.open(where.host, where.name, { onFrame: receive, onTrouble: giveUp })
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

    function receive(frame: RuntimeFrame, calls: RuntimeCalls | null): void {
      if (over.signal.aborted) return
      pulse.heard()
      // Taken for dead, by a lease that ran out or a lock that was lost: what we were not told meanwhile we fetch.
      if (frame.t === 'pong') return frame.attached ? undefined : close()
      if (frame.t !== 'hello' || !calls) return onFrame(frame)
      // WebKit restarts a SharedWorker on the ports it had, and the new one knows nothing of us (WebKit bug 318873).
      if (instanceId !== null) return close()
      instanceId = frame.instanceId
      cancelTimeout()
      watchDeath(instanceId)
      pulse.begin()
      resolve({
        calls,
        post: (out) => port?.post(out),
        checkPulse: pulse.check,
        lost: over.signal,
        close,
      })
    }

    function watchDeath(id: string): void {
      page.locks
        .request(runtimeLock(id), { signal: over.signal, shared: true }, () => Promise.resolve(close()))
        .catch(() => {
          // Aborted: the link was closed first.
        })
    }
  })
}
