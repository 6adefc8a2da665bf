import * as v from 'valibot'
import type { Clock } from '../core/platform.ts'
import { LOGOUT_STORAGE_KEY, LogoutSignal } from '../wire/relay.ts'

/** What tabs tell each other of a logout without any runtime: one may hang, and not every browser has BroadcastChannel. */
export interface LogoutSignals {
  announce(sh: string): void
  /** Hears the other tabs. Returns the end of it. */
  listen(onLogout: (sh: string) => void): () => void
}

export function createLogoutSignals(clock: Clock, id: () => string): LogoutSignals {
  return {
    announce(sh) {
      const signal: LogoutSignal = { t: 'logout', id: id(), ts: clock.wallMs(), sh }
      try {
        localStorage.setItem(LOGOUT_STORAGE_KEY, JSON.stringify(signal))
      } catch {
        // Storage is blocked: the runtimes tell each other by their channel.
      }
    },
    listen(onLogout) {
      const hear = ({ key, newValue }: StorageEvent) => {
        if (key !== LOGOUT_STORAGE_KEY || newValue === null) return
        const sh = readSignal(newValue)
        if (sh !== null) onLogout(sh)
      }
      addEventListener('storage', hear)
      return () => removeEventListener('storage', hear)
    },
  }
}

function readSignal(text: string): string | null {
  try {
    const signal = v.safeParse(LogoutSignal, JSON.parse(text))
    return signal.success ? signal.output.sh : null
  } catch {
    return null
  }
}
