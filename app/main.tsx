import '@fontsource-variable/inter/wght.css'
import './ui/tokens.css'
import './ui/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { attach } from '../worker/tab/attach.ts'
import { openOutbox } from '../worker/tab/outbox.ts'
import { createPage } from '../worker/tab/page.ts'
import { registerSync } from '../worker/tab/register-sync.ts'
import { App } from './app.tsx'
import { financeDomain } from './finance/finance-domain.ts'
import { createAskToPersist } from './pwa/ask-to-persist.ts'
import { createCacheStore } from './pwa/cache-store.ts'
import { createInstall } from './pwa/install.ts'
import { createKeptCache } from './pwa/kept-cache.ts'
import { createReloadHindrance } from './pwa/reload-hindrance.ts'
import { createUpdates, type Updates } from './pwa/updates.ts'
import { createRealtime, type Device } from './realtime/realtime.ts'
import { tasksDomain } from './tasks/tasks-domain.ts'

// The development server has no service worker to register.
const noUpdates: Updates = {
  subscribe: () => () => {},
  ready: () => false,
  waitsFor: () => null,
  apply: () => {},
}

const askToPersist = createAskToPersist('storage' in navigator ? navigator.storage : undefined)
const device: Device = {
  keptCache: (queryClient) => createKeptCache({ queryClient, store: createCacheStore(), after }),
  kept() {
    registerSync()
    askToPersist()
  },
}

const realtime = createRealtime({
  runtime: attach({ build: __BUILD__, page: createPage() }),
  outbox: openOutbox(),
  domains: [financeDomain, tasksDomain],
  device,
})
const install = createInstall(window)
const updates = import.meta.env.PROD
  ? createUpdates(
      createReloadHindrance({
        hasUnsavedForm: () => document.querySelector('[data-unsaved]') !== null,
        sending: () => realtime.writes.list().filter(({ state }) => state === 'sending').length,
      }),
    )
  : noUpdates

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <App realtime={realtime} updates={updates} install={install} />
    </StrictMode>,
  )

function after(ms: number, fn: () => void): () => void {
  const timer = setTimeout(fn, ms)
  return () => clearTimeout(timer)
}
