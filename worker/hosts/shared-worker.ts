import { expose } from 'comlink'
import { createRuntime } from '../core/runtime.ts'
import { createBrowserPlatform } from '../platform/browser-platform.ts'
import { WORKER_LEASE_MS } from '../platform/locks.ts'
import { runtimeLock } from '../wire/names.ts'
import type { Host, RuntimeCalls } from '../wire/port.ts'
import { serveTab, type TabPort } from './serve-tab.ts'

declare const __BUILD__: string

// One script for both kinds of worker: as a SharedWorker it serves many tabs, as a dedicated Worker the one that made it.
const scope = self as unknown as TabPort & EventTarget & { close(): void }
const host: Host = 'onconnect' in scope ? 'shared-worker' : 'tab'
const platform = createBrowserPlatform(WORKER_LEASE_MS)
const { locks } = platform
const runtime = createRuntime({ platform, build: __BUILD__, host, instanceId: platform.random.id(12) })

// Held before the first hello: a tab that heard of us and finds the lock free takes us for dead.
const alive = new Promise<void>((held) => {
  locks
    .request(runtimeLock(runtime.instanceId), {}, () => {
      held()
      return new Promise<never>(() => {})
    })
    .catch(() => {
      // A tab that waited in vain for an answer took the lock: all tabs have left, and what we still do would be done twice.
      void runtime.stop().finally(() => scope.close())
    })
})

function offerCalls(calls: RuntimeCalls): Transferable[] {
  const { port1, port2 } = new MessageChannel()
  expose(calls, port1)
  return [port2]
}

async function serve(port: TabPort): Promise<void> {
  await alive
  serveTab(port, { runtime, build: __BUILD__, host, locks, offerCalls })
}

if (host === 'shared-worker') {
  // At once and not after an await: a tab connects while this script is still being read.
  scope.addEventListener('connect', (event: Event) => {
    const [port] = (event as MessageEvent).ports
    if (port) void serve(port)
  })
} else void serve(scope)
