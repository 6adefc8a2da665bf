import type { Platform } from '../core/platform.ts'
import { channels } from './channels.ts'
import { clock } from './clock.ts'
import { http } from './http.ts'
import { locks } from './locks.ts'
import { log } from './log.ts'
import { random } from './random.ts'
import { createStore } from './store.ts'

/** The real world: everything the core may ask of a browser, each from its own file. */
export function createBrowserPlatform(): Platform {
  return { clock, random, http, locks, channels, store: createStore(), log }
}
