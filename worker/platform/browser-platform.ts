import type { Platform } from '../core/platform.ts'
import { channels } from './channels.ts'
import { clock } from './clock.ts'
import { http } from './http.ts'
import { createLocks } from './locks.ts'
import { log } from './log.ts'
import { createOutboxTable } from './outbox-table.ts'
import { random } from './random.ts'
import { createStore } from './store.ts'

/**
 * The real world: everything the core may ask of a browser, each from its own file.
 *
 * @param leaseMs how long a lock of this context is believed held where there are no Web Locks
 */
export function createBrowserPlatform(leaseMs: number): Platform {
  const store = createStore()
  return {
    clock,
    random,
    http,
    locks: createLocks({ clock, store, random }, leaseMs),
    channels,
    store,
    outbox: createOutboxTable(),
    log,
  }
}
