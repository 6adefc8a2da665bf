import { FLAGS_STORAGE_KEY, RECOVERY_STORAGE_KEY, REMOTE_FLAGS_STORAGE_KEY } from '../wire/names.ts'
import type { FlagStorage } from './tab-flags.ts'

/** How often runtimes had to be given up in this browser profile. It is part of their name, so that all tabs move together. */
export interface Recovery {
  read(): number
  /** One more than `from`, unless another tab was first. */
  raise(from: number): void
}

export const recovery: Recovery = {
  read: () => Number(read(RECOVERY_STORAGE_KEY)) || 0,
  raise(from) {
    if (recovery.read() !== from) return
    try {
      localStorage.setItem(RECOVERY_STORAGE_KEY, String(from + 1))
    } catch {
      // Storage is blocked: this tab still has a runtime of its own to fall back on.
    }
  },
}

export const flagStorage: FlagStorage = {
  local: () => readJson(FLAGS_STORAGE_KEY),
  remote: () => readJson(REMOTE_FLAGS_STORAGE_KEY),
  keepRemote(remote) {
    try {
      if (remote) localStorage.setItem(REMOTE_FLAGS_STORAGE_KEY, JSON.stringify(remote))
      else localStorage.removeItem(REMOTE_FLAGS_STORAGE_KEY)
    } catch {
      // Storage is blocked or full: the next page begins with the defaults.
    }
  },
}

function readJson(key: string): unknown {
  try {
    return JSON.parse(read(key) ?? 'null') as unknown
  } catch {
    // Somebody wrote something else into it: as good as nothing.
    return null
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
