import { lazy, Suspense, useEffect, type ReactNode } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import type { Install } from './pwa/install.ts'
import type { Updates } from './pwa/updates.ts'
import type { Realtime } from './realtime/realtime.ts'
import { RuntimeProvider, useSignedIn } from './realtime/runtime-provider.tsx'
import { LoginPage } from './session/login-page.tsx'
import { PartBoundary } from './ui/part-boundary.tsx'
import { SessionGate } from './session/session-gate.tsx'
import { Shell } from './session/shell.tsx'
import { EmptyState } from './ui/empty-state.tsx'
import { LiveRegions } from './ui/live-region.tsx'
import { NoticeProvider } from './ui/notice.tsx'
import { ShortcutProvider } from './ui/shortcuts.tsx'

const loadFinance = () => import('./finance/finance-page.tsx')
const loadTasks = () => import('./tasks/tasks-page.tsx')
const loadOutbox = () => import('./outbox-of-all.tsx')
const loadOps = () => import('./ops/ops-page.tsx')
const FinancePage = lazy(loadFinance)
const TasksPage = lazy(loadTasks)
const OutboxPage = lazy(loadOutbox)
const OpsPage = lazy(loadOps)

const PAGES = [loadOutbox, loadFinance, loadTasks]

/** How long after the first page the others are fetched. */
const PRELOAD_AFTER_MS = 2000

/** Every page and what stands around it. */
export function App(props: { realtime: Realtime; updates: Updates; install: Install }) {
  const { realtime, updates, install } = props
  return (
    <RuntimeProvider realtime={realtime}>
      <ShortcutProvider>
        <LiveRegions>
          <SessionGate login={<LoginPage />}>
            <NoticeProvider>
              <Pages updates={updates} install={install} />
            </NoticeProvider>
          </SessionGate>
        </LiveRegions>
      </ShortcutProvider>
    </RuntimeProvider>
  )
}

const TITLES: Record<string, string> = {
  '/finance': 'Finance',
  '/tasks': 'Tasks',
  '/outbox': 'Outbox',
  '/ops': 'Operations',
}

function Pages({ updates, install }: { updates: Updates; install: Install }) {
  const [path] = useLocation()
  const { user } = useSignedIn()
  usePreload(user.role === 'owner')
  const hasFilters = path === '/finance' || path === '/tasks'
  if (path === '/') return <Redirect to="/finance" replace />
  return (
    <Shell title={TITLES[path] ?? 'Not found'} filters={hasFilters} updates={updates} install={install}>
      <PartBoundary key={path}>
        <Suspense fallback={null}>
          <Switch>
            <Route path="/finance" component={FinancePage} />
            <Route path="/tasks" component={TasksPage} />
            <Route path="/outbox" component={OutboxPage} />
            <Route path="/ops">{user.role === 'owner' ? <OpsPage /> : <OwnersOnly />}</Route>
            <Route>
              <Nowhere />
            </Route>
          </Switch>
        </Suspense>
      </PartBoundary>
    </Shell>
  )
}

/** So that every page can be opened where there is no network; the outbox, needed there most, first. */
function usePreload(isOwner: boolean): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      const loads = isOwner ? [...PAGES, loadOps] : PAGES
      // What fails now is fetched again when its page is opened.
      for (const load of loads) load().catch(() => {})
    }, PRELOAD_AFTER_MS)
    return () => clearTimeout(timer)
  }, [isOwner])
}

function OwnersOnly(): ReactNode {
  return (
    <EmptyState
      title="For owners"
      text="The figures of the connection are shown to owners of the organisation."
    />
  )
}

function Nowhere(): ReactNode {
  return (
    <EmptyState title="There is no such page" text="The address may be mistyped, or the page has gone.">
      <a href="/finance">Go to Finance</a>
    </EmptyState>
  )
}
