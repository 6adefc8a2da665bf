import type { Locks } from '../core/platform.ts'

export const locks: Locks = {
  request: (name, { signal }, hold) => navigator.locks.request(name, signal ? { signal } : {}, hold),
}
