import { describe, expect, it } from 'vitest'
import { createLocalWrites, RETRY_BASE_MS, RETRY_CAP_MS } from '../../app/realtime/local-writes.ts'
import { HEADER } from '../../worker/wire/headers.ts'
import type { ApiRequest, ApiResponse, Result } from '../../worker/wire/port.ts'
import { localWrite, transactionRow } from '../support/finance-rows.ts'
import { createManualTimers, settle } from '../support/manual-timers.ts'

type Answer = Result<ApiResponse>

function setup() {
  const timers = createManualTimers()
  const sent: ApiRequest[] = []
  const answers: ((answer: Answer) => void)[] = []
  const applied: unknown[] = []
  const writes = createLocalWrites({
    calls: {
      request(request) {
        sent.push(request)
        return new Promise<Answer>((resolve) => answers.push(resolve))
      },
    },
    after: timers.after,
    fraction: () => 1,
    apply: (_write, row) => void applied.push(row),
  })
  return {
    timers,
    sent,
    applied,
    writes,
    states: () => writes.list().map((write) => write.state),
    async answer(answer: Answer) {
      answers.shift()?.(answer)
      await settle()
    },
  }
}

const row = transactionRow({ rev: 3 })
const done: Answer = { ok: true, value: { status: 200, headers: {}, body: { ...row, rev: 4 } } }
const fails = (code: string, status: number, retryAfterMs: number | null = null): Answer =>
  ({ ok: false, code, status, retryAfterMs, problem: { code } }) as Answer

describe('a local write', () => {
  it('is sent at once with its key, its actor and the rev it was made on', () => {
    const { writes, sent, states } = setup()
    writes.submit(localWrite(row))
    expect(states()).toEqual(['sending'])
    expect(sent[0]?.headers).toEqual({
      [HEADER.idempotencyKey]: 'm-t1',
      [HEADER.actor]: 'u1',
      'If-Match': '"3"',
    })
  })

  it('of a new row carries no rev', () => {
    const { writes, sent } = setup()
    writes.submit(localWrite(row, { verb: 'create', baseRev: null }))
    expect(sent[0]?.headers).not.toHaveProperty('If-Match')
  })

  it('is settled by its reply; the event that follows finds nothing left to do', async () => {
    const { writes, answer, applied } = setup()
    writes.submit(localWrite(row))
    await answer(done)
    expect(writes.list()).toEqual([])
    expect(applied).toEqual([{ ...row, rev: 4 }])
    const before = writes.list()
    writes.settled('m-t1')
    expect(writes.list()).toBe(before)
  })

  it('is settled by its event; the reply that follows is not applied again', async () => {
    const { writes, answer, applied } = setup()
    writes.submit(localWrite(row))
    writes.settled('m-t1')
    expect(writes.list()).toEqual([])
    await answer(done)
    expect(applied).toEqual([])
  })

  it('whose event came stays settled when its reply was lost', async () => {
    const { writes, answer, timers, sent } = setup()
    writes.submit(localWrite(row))
    writes.settled('m-t1')
    await answer(fails('network', 0))
    await timers.pass(RETRY_CAP_MS)
    expect([writes.list(), sent.length]).toEqual([[], 1])
  })

  it.each([
    ['network', 0],
    ['timeout', 0],
    ['link_lost', 0],
    ['in_progress', 409],
    ['rate_limited', 429],
    ['internal', 500],
    ['overloaded', 503],
  ])('that fails with %s waits and goes again with the same key', async (code, status) => {
    const { writes, answer, timers, sent, states } = setup()
    writes.submit(localWrite(row))
    await answer(fails(code, status))
    expect(states()).toEqual(['waiting'])
    await timers.pass(2 * RETRY_BASE_MS - 1)
    expect(sent).toHaveLength(1)
    await timers.pass(1)
    expect(states()).toEqual(['sending'])
    expect(sent[1]).toEqual(sent[0])
    await answer(done)
    expect(writes.list()).toEqual([])
  })

  it('waits twice as long each time, up to the cap, and at least as long as the server asks', async () => {
    const { writes, answer, timers, sent } = setup()
    writes.submit(localWrite(row))
    for (const wait of [2000, 4000, 8000, 16_000, RETRY_CAP_MS, RETRY_CAP_MS]) {
      await answer(fails('network', 0))
      const before = sent.length
      await timers.pass(wait - 1)
      expect(sent).toHaveLength(before)
      await timers.pass(1)
      expect(sent).toHaveLength(before + 1)
    }
    await answer(fails('overloaded', 503, 45_000))
    const before = sent.length
    await timers.pass(44_999)
    expect(sent).toHaveLength(before)
    await timers.pass(1)
    expect(sent).toHaveLength(before + 1)
  })

  it('goes again at once when the line is live again, and not twice', async () => {
    const { writes, answer, timers, sent } = setup()
    writes.submit(localWrite(row))
    await answer(fails('network', 0))
    writes.retryAll()
    writes.retryAll()
    expect(sent).toHaveLength(2)
    await answer(done)
    await timers.pass(10 * RETRY_CAP_MS)
    expect(sent).toHaveLength(2)
  })

  it.each(['signed_out', 'session_expired'])(
    'refused with %s waits for a sign-in, not for time',
    async (code) => {
      const { writes, answer, timers, sent, states } = setup()
      writes.submit(localWrite(row))
      await answer(fails(code, 401))
      await timers.pass(10 * RETRY_CAP_MS)
      expect([states(), sent.length]).toEqual([['waiting'], 1])
      writes.retryAll()
      expect(sent).toHaveLength(2)
    },
  )

  it('on a row that changed meanwhile is a conflict, kept with its error until a person decides', async () => {
    const { writes, answer, timers, sent, states } = setup()
    writes.submit(localWrite(row))
    await answer(fails('conflict', 412))
    await timers.pass(10 * RETRY_CAP_MS)
    writes.retryAll()
    expect([states(), sent.length, writes.list()[0]?.error?.code]).toEqual([['conflict'], 1, 'conflict'])
    writes.discard('m-t1')
    expect(writes.list()).toEqual([])
  })

  it.each([
    ['invalid_state', 409],
    ['validation_failed', 422],
    ['forbidden', 403],
    ['not_found', 404],
  ])('refused with %s is rejected and never sent again by itself', async (code, status) => {
    const { writes, answer, timers, sent, states } = setup()
    writes.submit(localWrite(row))
    await answer(fails(code, status))
    await timers.pass(10 * RETRY_CAP_MS)
    writes.retryAll()
    expect([states(), sent.length]).toEqual([['rejected'], 1])
  })

  it('is forgotten when another session begins: it is not sent under its name, nor its reply shown in its lists', async () => {
    const { writes, answer, timers, sent, applied } = setup()
    writes.submit(localWrite(row))
    writes.submit(localWrite(transactionRow({ id: 't2' })))
    await answer(fails('network', 0))
    writes.clear()
    expect([writes.list(), timers.pending()]).toEqual([[], 0])
    await answer(done)
    await timers.pass(10 * RETRY_CAP_MS)
    writes.retryAll()
    expect([sent.length, applied, writes.list()]).toEqual([2, [], []])
  })

  it('tells its listeners of each change and keeps one list between them', async () => {
    const { writes, answer } = setup()
    let heard = 0
    const stop = writes.subscribe(() => (heard += 1))
    writes.submit(localWrite(row))
    expect(writes.list()).toBe(writes.list())
    const afterSubmit = heard
    await answer(done)
    expect(heard).toBeGreaterThan(afterSubmit)
    stop()
    const afterStop = heard
    writes.submit(localWrite(row))
    expect(heard).toBe(afterStop)
  })
})
