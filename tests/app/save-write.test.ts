import { describe, expect, it, vi } from 'vitest'
import { createSaveWrite } from '../../app/realtime/save-write.ts'
import { HEADER } from '../../worker/wire/headers.ts'
import type { ApiResponse, Result } from '../../worker/wire/port.ts'
import { aWrite } from '../support/writes.ts'

const full = new DOMException('No space.', 'QuotaExceededError')

function world(append: () => Promise<void>, answer?: Result<ApiResponse>) {
  const parts = {
    outbox: { append: vi.fn(append) },
    calls: { request: vi.fn(() => Promise.resolve(answer!)) },
    makeRoom: vi.fn(() => Promise.resolve()),
    kept: vi.fn(),
  }
  return { ...parts, save: createSaveWrite(parts) }
}

describe('a write that is entered', () => {
  it('is kept once the disk has it', async () => {
    const { save, kept, calls } = world(() => Promise.resolve())
    expect(await save(aWrite('m1'))).toEqual({ is: 'kept' })
    expect([kept.mock.calls.length, calls.request.mock.calls.length]).toEqual([1, 0])
  })

  it('finds room on a full disk at the cost of what can be fetched again', async () => {
    let isFull = true
    const { save, makeRoom } = world(() => (isFull ? Promise.reject(full) : Promise.resolve()))
    makeRoom.mockImplementation(() => {
      isFull = false
      return Promise.resolve()
    })
    expect(await save(aWrite('m1'))).toEqual({ is: 'kept' })
  })

  it('is lost on a disk that stays full, and nobody says that it was kept', async () => {
    const { save, kept, outbox, calls } = world(() => Promise.reject(full))
    expect(await save(aWrite('m1'))).toEqual({ is: 'lost', why: 'storage_full' })
    expect([
      outbox.append.mock.calls.length,
      kept.mock.calls.length,
      calls.request.mock.calls.length,
    ]).toEqual([2, 0, 0])
  })

  it('goes straight to the server where nothing can be stored, with its key, its actor and its rev', async () => {
    const value = { status: 200, headers: {}, body: { rev: 2 } }
    const { save, calls, makeRoom } = world(() => Promise.reject(new Error('no database')), {
      ok: true,
      value,
    })
    expect(await save(aWrite('m1', { verb: 'edit' }))).toEqual({ is: 'sent', row: { rev: 2 } })
    expect(makeRoom, 'nothing is given up for it').not.toHaveBeenCalled()
    expect(calls.request).toHaveBeenCalledWith(
      expect.objectContaining({
        headers: { [HEADER.idempotencyKey]: 'm1', [HEADER.actor]: 'ada', 'If-Match': '"1"' },
      }),
    )
  })

  it('is lost where neither the disk nor the server takes it, and says why', async () => {
    const refusal = { ok: false, code: 'network', status: 0, retryAfterMs: null, problem: null } as const
    const { save } = world(() => Promise.reject(new Error('no database')), refusal)
    expect(await save(aWrite('m1'))).toMatchObject({ is: 'lost', why: { code: 'network' } })
  })
})
