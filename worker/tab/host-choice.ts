import type { Host } from '../wire/port.ts'

export interface HostHints {
  hasSharedWorker: boolean
  /** WebKit restarts and suspends a SharedWorker without a word (measured; WebKit bug 318873): not to be trusted there. */
  isWebKit: boolean
  /** Flag `runtime.host`; anything unknown counts as `auto`. */
  flag: string
}

/** Where to host the runtime, best first. A SharedWorker that does not say hello is tried once more under a new name. */
export function hostPlan({ hasSharedWorker, isWebKit, flag }: HostHints): Host[] {
  const wantsShared = flag === 'shared-worker' || (flag !== 'tab' && !isWebKit)
  return hasSharedWorker && wantsShared ? ['shared-worker', 'shared-worker', 'tab'] : ['tab', 'tab']
}
