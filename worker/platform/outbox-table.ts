import { openDB, type IDBPDatabase } from 'idb'
import type { LaneEdit } from '../core/outbox-lane.ts'
import type { OutboxTable } from '../core/platform.ts'
import type { OutboxRow } from '../wire/outbox.ts'

/** Apart from everything else that is stored: no clearing of caches and no other version of the app touches it. */
const DATABASE = 'standpipe-outbox'
const ROWS = 'rows'
const BY_LANE = 'lane'

/** IndexedDB, opened at the first use. */
export function createOutboxTable(): OutboxTable {
  let opening: Promise<IDBPDatabase> | null = null

  function open(): Promise<IDBPDatabase> {
    opening ??= openDB(DATABASE, 1, {
      upgrade: (db) =>
        void db
          .createObjectStore(ROWS, { keyPath: 'seq', autoIncrement: true })
          .createIndex(BY_LANE, BY_LANE),
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

  /** WebKit closes a database behind one's back, and says so only to the next who uses it: that one opens it anew. */
  async function onOpen<T>(work: (db: IDBPDatabase) => Promise<T>): Promise<T> {
    try {
      return await work(await open())
    } catch (error) {
      if (!isClosed(error)) throw error
      opening = null
      return work(await open())
    }
  }

  return {
    all: () => onOpen((db) => db.getAll(ROWS) as Promise<OutboxRow[]>),
    change: (lane, edit) =>
      onOpen(async (db) => {
        const transaction = db.transaction(ROWS, 'readwrite', { durability: 'strict' })
        const { store } = transaction
        try {
          const {
            put = [],
            add,
            remove = [],
          }: LaneEdit = edit((await store.index(BY_LANE).getAll(lane)) as OutboxRow[])
          for (const seq of remove) void store.delete(seq)
          for (const row of put) void store.put(row)
          if (add) void store.add(add)
        } catch (error) {
          transaction.abort()
          await transaction.done.catch(() => {})
          throw error
        }
        // A full disk shows here: each of the steps above may have seemed to work.
        await transaction.done
      }),
  }
}

function isClosed(error: unknown): boolean {
  return (
    error instanceof DOMException && (error.name === 'InvalidStateError' || error.name === 'UnknownError')
  )
}
