import type { Host } from '../wire/port.ts'

export interface HostHints {
  hasSharedWorker: boolean
  /** WebKit restarts and suspends a SharedWorker without a word (measured; WebKit bug 318873): not to be trusted there. */
  isWebKit: boolean
  /** Flag `runtime.host`; anything unknown counts as `auto`. */
  flag: string
}

/** Where to host the runtime, best first. A SharedWorker that does not say hello is tried once more under a new name. */
export function hostPlan({
  hasSharedWorker,
  isWebKit,
  flag,
}: HostHints): { host: Host; nameSuffix: string }[] {
  const own = { host: 'tab' as const, nameSuffix: '' }
  const wantsShared = flag === 'shared-worker' || (flag !== 'tab' && !isWebKit)
  if (!hasSharedWorker || !wantsShared) return [own, own]
  return [{ host: 'shared-worker', nameSuffix: '' }, { host: 'shared-worker', nameSuffix: ':again' }, own]
}
