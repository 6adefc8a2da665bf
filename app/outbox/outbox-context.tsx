import { createContext, useContext } from 'react'
import type { WriteKinds, WriteNames } from '../realtime/write-kind.ts'
import type { OutboxEntry } from './outbox-groups.ts'

/** Everything that can be done to a line; what its state does not allow is passed over. */
export interface OutboxActions {
  toggle: (entry: OutboxEntry) => void
  retry: (entry: OutboxEntry) => void
  edit: (entry: OutboxEntry) => void
  askDiscard: (entry: OutboxEntry) => void
  discard: (entry: OutboxEntry) => void
  keepMine: (entry: OutboxEntry) => void
  /** The server's row stands; for one that waits, nothing. */
  takeTheirs: (entry: OutboxEntry) => void
  enterAsNew: (entry: OutboxEntry) => void
  closeForm: () => void
  /** Closes what is open, the question first. */
  back: () => void
}

/** What every line of the outbox needs and none of them owns. */
export interface OutboxTools {
  kinds: WriteKinds
  names: WriteNames
  /** Wall-clock ms, read again every few seconds. */
  now: number
  actions: OutboxActions
}

export const OutboxContext = createContext<OutboxTools | null>(null)

export function useOutbox(): OutboxTools {
  const tools = useContext(OutboxContext)
  if (!tools) throw new Error('useOutbox needs an OutboxContext above it')
  return tools
}
