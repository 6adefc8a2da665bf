import { lazy, Suspense, type ReactNode } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { describeWrite } from './describe-write.ts'
import type { Updates } from './pwa/updates.ts'
import type { Realtime } from './realtime/realtime.ts'
import { RuntimeProvider, useSignedIn } from './realtime/runtime-provider.tsx'
import { LoginPage } from './session/login-page.tsx'
import { PartBoundary } from './ui/part-boundary.tsx'
import { SessionGate } from './session/session-gate.tsx'
import { Shell } from './session/shell.tsx'
import { EmptyState } from './ui/empty-state.tsx'
import { LiveRegions } from './ui/live-region.tsx'
import { ShortcutProvider } from './ui/shortcuts.tsx'

const FinancePage = lazy(() => import('./finance/finance-page.tsx'))
const TasksPage = lazy(() => import('./tasks/tasks-page.tsx'))
const OutboxPage = lazy(() => import('./outbox/outbox-page.tsx'))
const OpsPage = lazy(() => import('./ops/ops-page.tsx'))

/** Every page and what stands around it. */
export function App({ realtime, updates }: { realtime: Realtime; updates: Updates }) {
  return (
    <RuntimeProvider realtime={realtime}>
      <ShortcutProvider>
        <LiveRegions>
          <SessionGate login={<LoginPage />}>
            <Pages updates={updates} />
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

function Pages({ updates }: { updates: Updates }) {
  const [path] = useLocation()
  const { user } = useSignedIn()
  const hasFilters = path === '/finance' || path === '/tasks'
  if (path === '/') return <Redirect to="/finance" replace />
  return (
    <Shell title={TITLES[path] ?? 'Not found'} filters={hasFilters} updates={updates}>
      <PartBoundary key={path}>
        <Suspense fallback={null}>
          <Switch>
            <Route path="/finance" component={FinancePage} />
            <Route path="/tasks" component={TasksPage} />
            <Route path="/outbox">
              <OutboxPage describe={describeWrite} />
            </Route>
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
