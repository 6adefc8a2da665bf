import type { Outbox } from '../../worker/tab/outbox.ts'
import { HEADER } from '../../worker/wire/headers.ts'
import type { NewWrite } from '../../worker/wire/outbox.ts'
import type { RuntimeCalls } from '../../worker/wire/port.ts'
import { ApiError } from './api-error.ts'

/**
 * What became of a write that was entered. `kept`: on this device's disk, and sent from there. `sent`: this browser refuses
 * to store, and the server has it. `lost`: neither; whoever entered it still has it in the form.
 */
export type Saved =
  { is: 'kept' } | { is: 'sent'; row: unknown } | { is: 'lost'; why: 'storage_full' | ApiError }

/**
 * Puts a write on the disk before anybody says that it is saved. On a full disk the caches go first, and never a write; where
 * nothing can be stored at all the write goes straight to the server or not at all.
 */
export function createSaveWrite(deps: {
  outbox: Pick<Outbox, 'append'>
  calls: Pick<RuntimeCalls, 'request'>
  /** Gives up what can be fetched again. */
  makeRoom(): Promise<void>
  /** The write is on the disk: the browser may be asked to keep it, and to send it with no tab open. */
  kept(): void
}): (write: NewWrite) => Promise<Saved> {
  const { outbox } = deps

  async function sendAtOnce(write: NewWrite): Promise<Saved> {
    const headers = {
      [HEADER.idempotencyKey]: write.mutationId,
      [HEADER.actor]: write.userId,
      ...(write.baseRev === null ? {} : { 'If-Match': `"${write.baseRev}"` }),
    }
    const result = await deps.calls.request({ ...write.request, headers })
    return result.ok ? { is: 'sent', row: result.value.body } : { is: 'lost', why: new ApiError(result) }
  }

  return async (write) => {
    try {
      await outbox.append(write).catch(async (error: unknown) => {
        if (!isFull(error)) throw error
        await deps.makeRoom()
        await outbox.append(write)
      })
    } catch (error) {
      return isFull(error) ? { is: 'lost', why: 'storage_full' } : sendAtOnce(write)
    }
    deps.kept()
    return { is: 'kept' }
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError'
}
