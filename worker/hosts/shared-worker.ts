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

void navigator.locks.request(runtimeLock(runtime.instanceId), () => new Promise<never>(() => {}))

if (host === 'shared-worker') {
  // At once and not after an await: a tab connects while this script is still being read.
  scope.addEventListener('connect', (event: Event) => {
    const [port] = (event as MessageEvent).ports
    if (port) serveTab(port, runtime, about)
  })
} else serveTab(scope, runtime, about)
