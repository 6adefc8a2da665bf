import { QueryClientProvider } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useSyncExternalStore, type ReactNode } from 'react'
import type { Flags } from '../../worker/wire/flags.ts'
import type { RuntimeStatus, SessionView } from '../../worker/wire/port.ts'
import type { Realtime } from './realtime.ts'
import type { Trace } from './traces.ts'

const RealtimeContext = createContext<Realtime | null>(null)

/** Gives the tree its one realtime client. Made outside React, so that a re-mount never attaches twice. */
export function RuntimeProvider({ realtime, children }: { realtime: Realtime; children: ReactNode }) {
  return (
    <RealtimeContext value={realtime}>
      <QueryClientProvider client={realtime.queryClient}>{children}</QueryClientProvider>
    </RealtimeContext>
  )
}

export function useRealtime(): Realtime {
  const realtime = useContext(RealtimeContext)
  if (!realtime) throw new Error('useRealtime needs a RuntimeProvider above it')
  return realtime
}

export function useStatus(): RuntimeStatus {
  const { runtime } = useRealtime()
  return useSyncExternalStore(runtime.subscribe, runtime.status)
}

/** Null when signed out, undefined until known. */
export function useSession(): SessionView | null | undefined {
  const { runtime } = useRealtime()
  return useSyncExternalStore(runtime.subscribe, runtime.session)
}

export function useFlags(): Flags {
  const { runtime } = useRealtime()
  return useSyncExternalStore(runtime.subscribe, runtime.flags)
}

/** The session, where the page is only shown to somebody signed in. */
export function useSignedIn(): SessionView {
  const session = useSession()
  if (!session) throw new Error('this page is only shown to somebody signed in')
  return session
}

export function useLocalWrites() {
  const { writes } = useRealtime()
  return useSyncExternalStore(writes.subscribe, writes.list)
}

/** How many writes lie on this device that whoever is signed in has not entered. */
export function useSealed(): number {
  const { writes } = useRealtime()
  return useSyncExternalStore(writes.subscribe, writes.sealed)
}

/** How the last change of a row came here; null when this page has heard of none. */
export function useTrace(rowId: string): Trace | null {
  const { traces, onApplied } = useRealtime()
  return useSyncExternalStore(onApplied, () => traces.of(rowId))
}

/** Hears every batch after the caches were patched; `listener` should be stable. */
export function useEvents(listener: Parameters<Realtime['onApplied']>[0]): void {
  const realtime = useRealtime()
  useEffect(() => realtime.onApplied(listener), [realtime, listener])
}
