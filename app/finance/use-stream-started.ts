import { useStatus } from '../realtime/runtime-provider.tsx'

/**
 * Whether the stream of events has its starting point. A snapshot read before that could be older than the first event
 * and nothing would ever tell; so queries wait for it. Offline it counts as started: they pause by themselves.
 */
export function useStreamStarted(): boolean {
  return useStatus().phase !== 'connecting'
}
