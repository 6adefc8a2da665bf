import * as v from 'valibot'

export interface DraftStore<T> {
  /** Null when there is none, or none that can be read. */
  load: () => T | null
  save: (draft: T) => void
}

/**
 * Keeps a half-filled form through a reload and through signing in again, in this tab and under a key that names its
 * person. Storage that is full or forbidden costs the draft its keeping, never the form its work.
 */
export function createDraftStore<T>(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  schema: v.GenericSchema<unknown, T>,
  key: string,
): DraftStore<T> {
  return {
    load() {
      try {
        const parsed = v.safeParse(schema, JSON.parse(storage.getItem(key) ?? 'null'))
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
