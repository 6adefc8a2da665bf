import { openDB, type IDBPDatabase } from 'idb'

const DATABASE = 'standpipe-cache'
const KEPT = 'kept'

/** Where pages keep what they read, one text a person. Nothing here is missed when it is gone. */
export interface CacheStore {
  get(person: string): Promise<unknown>
  /** Keeps this person's, and nobody else's. */
  set(person: string, kept: string): Promise<void>
  clear(): Promise<void>
}

/** IndexedDB, apart from the outbox: this may be cleared at any time, and that never. */
export function createCacheStore(): CacheStore {
  let opening: Promise<IDBPDatabase> | null = null

  function open(): Promise<IDBPDatabase> {
    opening ??= openDB(DATABASE, 1, {
      upgrade: (db) => void db.createObjectStore(KEPT),
      blocking(_current, _blocked, event) {
        ;(event.target as IDBDatabase).close()
        opening = null
      },
      terminated() {
        opening = null
      },
    }).catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }

  return {
    get: async (person) => (await open()).get(KEPT, person) as Promise<unknown>,
    async set(person, kept) {
      const transaction = (await open()).transaction(KEPT, 'readwrite', { durability: 'relaxed' })
      await transaction.store.clear()
      await transaction.store.put(kept, person)
      await transaction.done
    },
    clear: async () => (await open()).clear(KEPT),
  }
}
