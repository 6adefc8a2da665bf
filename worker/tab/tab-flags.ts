import { resolveFlags, TTL_MAX_MS } from '../core/flags.ts'
import type { Flags, RemoteFlags } from '../wire/flags.ts'

/** Where a page finds what was said of flags, shared by all tabs of the browser; none of it throws. */
export interface FlagStorage {
  /** The overrides of the person at this browser, as somebody wrote them. */
  local(): unknown
  /** What the server said last, as it was kept. */
  remote(): unknown
  keepRemote(remote: RemoteFlags | null): void
}

/** The one place where a page reads flags. */
export interface TabFlags {
  /** The same object until one of them changes. */
  read: () => Flags
  /** Until when what is kept for this organisation counts, wall-clock ms; null when there is nothing that does. */
  keptUntil(orgId: string): number | null
  /** The server has spoken, or nobody is signed in. */
  take(remote: RemoteFlags | null): void
}

export function createTabFlags(storage: FlagStorage, nowMs: () => number): TabFlags {
  // Also before anybody is known: a page chooses the host of its runtime before it hears of anything.
  let remote = readRemote(storage.remote())
  let last: { text: string; flags: Flags } | null = null

  return {
    read() {
      const flags = resolveFlags({ remote, local: storage.local(), nowMs: nowMs() })
      const text = JSON.stringify(flags)
      if (last?.text !== text) last = { text, flags }
      return last.flags
    },
    keptUntil(orgId) {
      const kept = readRemote(storage.remote())
      remote = kept?.orgId === orgId ? kept : null
      const leftMs = (remote?.until ?? 0) - nowMs()
      return remote && leftMs > 0 && leftMs <= TTL_MAX_MS ? remote.until : null
    },
    take(next) {
      remote = next
      storage.keepRemote(next)
    },
  }
}

/** Anybody may have written there; what its flags may be is looked at where they are resolved. */
function readRemote(kept: unknown): RemoteFlags | null {
  const { flags, until, orgId } = (kept ?? {}) as Partial<Record<keyof RemoteFlags, unknown>>
  if (typeof flags !== 'object' || flags === null) return null
  if (typeof until !== 'number' || typeof orgId !== 'string') return null
  return { flags: flags as Record<string, unknown>, until, orgId }
}
