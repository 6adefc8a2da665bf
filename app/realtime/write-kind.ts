import type { ComponentType } from 'react'
import type { LocalWrite, WriteDraft } from './local-writes.ts'
import type { Saved } from './save-write.ts'

/** What a write is called in a list that knows no domain. */
export interface WriteLabel {
  /** "New entry". */
  what: string
  /** What it is about, in the words of whoever entered it. */
  of: string
  /** As text in the reader's language; null where there is none. */
  amount: string | null
  propertyId: string | null
  /** As a table has it: plain decimals, no symbol. */
  cells: { amount: string; currency: string; day: string }
}

/** One field of a row, as this device has it and as the server has it now. */
export interface ComparedField {
  name: string
  label: string
  mine: string
  theirs: string
  differs: boolean
}

export interface WriteNames {
  property: (id: string) => string
  person: (id: string) => string
}

/** How one domain speaks of its writes: for the outbox, which holds those of all. */
export interface WriteKind {
  describe(write: LocalWrite): WriteLabel
  /** `current` is the row at the server. Null when either cannot be read. */
  compare(write: LocalWrite, current: unknown, names: WriteNames): ComparedField[] | null
  /** Whether the server would take a change of the row as it is now. */
  mayChange(current: unknown): boolean
  /** Whether there is a form in which its content can be corrected. */
  hasForm(write: LocalWrite): boolean
  /** Loaded when it is needed. */
  Form: ComponentType<WriteFormProps>
  /** The content of a change whose row is gone, as a new row; null when it would make none. */
  asNew(write: LocalWrite): WriteDraft | null
}

export interface WriteFormProps {
  write: LocalWrite
  /** The row at the server, where a conflict told it. */
  current: unknown
  /** Puts the corrected write in the place of the one that waits or was refused. */
  onSave: (draft: WriteDraft) => Promise<Saved>
  /** What was typed is what the server has: there is nothing left to write. */
  onNothing: () => void
  onCancel: () => void
}

/** By topic. */
export type WriteKinds = Record<LocalWrite['topic'], WriteKind>
