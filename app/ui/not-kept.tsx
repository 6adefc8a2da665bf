import { EmptyState } from './empty-state.tsx'

/** Without a network, where nothing of a list was ever read on this device. @param what as the head of a sentence */
export function NotKept({ what }: { what: string }) {
  return (
    <EmptyState
      title="Nothing to show without a network"
      text={`${what} not been read on this device yet. That happens by itself once you are online; what you enter until then is kept.`}
    />
  )
}
