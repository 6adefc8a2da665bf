import { createDraftStore as createStore, type DraftStore } from '../ui/draft-store.ts'
import { TransactionDraft } from './transaction-draft.ts'

const PREFIX = 'standpipe:entry:'

/** The half-filled entry of one person in this tab. */
export function createDraftStore(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  userId: string,
): DraftStore<TransactionDraft> {
  return createStore(storage, TransactionDraft, PREFIX + userId)
}
