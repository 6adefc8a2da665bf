import { FLAGS_STORAGE_KEY, RECOVERY_STORAGE_KEY } from '../wire/names.ts'

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

export function readFlag(name: string): string {
  try {
    const flags = JSON.parse(read(FLAGS_STORAGE_KEY) ?? '{}') as Record<string, unknown> | null
    const value = flags?.[name]
    return typeof value === 'string' ? value : 'auto'
  } catch {
    // Somebody wrote something else into it: the default serves.
    return 'auto'
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
