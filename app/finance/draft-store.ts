import * as v from 'valibot'
import { TransactionDraft } from './transaction-draft.ts'

const PREFIX = 'standpipe:entry:'

export interface DraftStore {
  /** Null when there is none, or none that can be read. */
  load: () => TransactionDraft | null
  save: (draft: TransactionDraft) => void
}

/**
 * Keeps a half-filled entry through a reload and through signing in again, in this tab and for this person only. Storage
 * that is full or forbidden costs the draft its keeping, never the form its work.
 */
export function createDraftStore(storage: Pick<Storage, 'getItem' | 'setItem'>, userId: string): DraftStore {
  const key = PREFIX + userId
  return {
    load() {
      try {
        const parsed = v.safeParse(TransactionDraft, JSON.parse(storage.getItem(key) ?? 'null'))
        return parsed.success ? parsed.output : null
      } catch {
        return null
      }
    },
    save(draft) {
      try {
        storage.setItem(key, JSON.stringify(draft))
      } catch {
        // Nothing to do about it: the form itself still holds what was typed.
      }
    },
  }
}
