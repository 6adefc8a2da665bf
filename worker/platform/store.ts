import { openDB, type IDBPDatabase } from 'idb'
import type { Store } from '../core/platform.ts'

const DATABASE = 'standpipe'
const TABLE = 'runtime'

/** IndexedDB, opened at the first use and again after the browser has closed it (storage cleared, version change). */
export function createStore(): Store {
  let opening: Promise<IDBPDatabase> | null = null

  function open(): Promise<IDBPDatabase> {
    opening ??= openDB(DATABASE, 1, {
      upgrade: (db) => void db.createObjectStore(TABLE),
      blocking: (_current, _blocked, event) => {
        ;(event.target as IDBDatabase).close()
        opening = null
      },
      terminated: () => {
        opening = null
      },
    }).catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }

  return {
    get: async (key) => (await open()).get(TABLE, key) as Promise<unknown>,
    set: async (key, value) => void (await (await open()).put(TABLE, value, key)),
    delete: async (key) => (await open()).delete(TABLE, key),
    async update(key, change) {
      // Not flushed to the disk: a generation that a power cut takes back is let in by the server a little later, and the
      // flush would stand between the death of a leader and the next poll.
      const transaction = (await open()).transaction(TABLE, 'readwrite', { durability: 'relaxed' })
      const next = change((await transaction.store.get(key)) as unknown)
      await transaction.store.put(next, key)
      await transaction.done
      return next
    },
  }
}
