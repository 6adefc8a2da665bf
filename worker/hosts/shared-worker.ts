import { createRuntime } from '../core/runtime.ts'
import { createBrowserPlatform } from '../platform/browser-platform.ts'
import { runtimeLock } from '../wire/names.ts'
import type { Host } from '../wire/port.ts'
import { serveTab, type TabPort } from './serve-tab.ts'

declare const __BUILD__: string

// One script for both kinds of worker: as a SharedWorker it serves many tabs, as a dedicated Worker the one that made it.
const scope = self as unknown as TabPort & EventTarget
const host: Host = 'onconnect' in scope ? 'shared-worker' : 'tab'
const platform = createBrowserPlatform()
const about = { build: __BUILD__, host }
const runtime = createRuntime({ platform, ...about, instanceId: platform.random.id(12) })

// Held before the first hello: a tab that heard of us and finds the lock free takes us for dead.
const alive = new Promise<void>((held) => {
  void navigator.locks.request(runtimeLock(runtime.instanceId), () => {
    held()
    return new Promise<never>(() => {})
  })
})

async function serve(port: TabPort): Promise<void> {
  await alive
  serveTab(port, runtime, about)
}

if (host === 'shared-worker') {
  // At once and not after an await: a tab connects while this script is still being read.
  scope.addEventListener('connect', (event: Event) => {
    const [port] = (event as MessageEvent).ports
    if (port) void serve(port)
  })
} else void serve(scope)
