import { describe, expect, it, vi } from 'vitest'
import { FLAG_DEFAULTS } from '../../worker/wire/flags.ts'
import type { Runtime } from '../../worker/tab/attach.ts'
import type { Phase, Result, RuntimeStatus, SessionView } from '../../worker/wire/port.ts'
import type { ApiResponse } from '../../worker/wire/port.ts'
import { createRealtime } from '../../app/realtime/realtime.ts'
import { tasksDomain } from '../../app/tasks/tasks-domain.ts'
import { createTaskWriter } from '../../app/tasks/write-task.ts'

function view(userId: string, sh: string): SessionView {
  const user = { id: userId, name: userId, email: `${userId}@acme.test`, role: 'staff' as const }
  return { sh, user, org: { id: 'o1', name: 'Acme' }, properties: [{ id: 'p1', name: 'One' }] }
}

/** A page whose runtime answers every request with "nobody is signed in" until `letThrough` is called. */
function world() {
  let session: SessionView | null = view('ada', 's1')
  let status: RuntimeStatus = {
    phase: 'live',
    since: 0,
    reason: 'answered',
    host: 'tab',
    role: 'leader',
    retryAt: null,
  }
  let isOpen = false
  const listeners = new Set<() => void>()
  const sent: string[] = []
  const request = vi.fn(({ headers }: { headers?: Record<string, string> }): Promise<Result<ApiResponse>> => {
    sent.push(headers?.['Rt-Actor'] ?? '')
    return Promise.resolve(
      isOpen
        ? { ok: true, value: { status: 201, headers: {}, body: null } }
        : { ok: false, code: 'signed_out', status: 0, retryAfterMs: null, problem: null },
    )
  })
  const runtime: Runtime = {
    tabId: 't1',
    calls: {
      request,
      login: vi.fn(),
      logout: vi.fn(),
      retryNow: vi.fn(),
      inspect: vi.fn(),
    },
    status: () => status,
    session: () => session,
    flags: () => FLAG_DEFAULTS,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onBatch: () => () => {},
    onResync: () => () => {},
    setWants: () => {},
    detach: () => {},
  }
  const realtime = createRealtime(runtime, [tasksDomain])
  return {
    realtime,
    sent,
    letThrough: () => {
      isOpen = true
    },
    become(next: SessionView | null, phase: Phase) {
      session = next
      status = { ...status, phase }
      for (const listener of listeners) listener()
    },
    add() {
      if (!session) throw new Error('nobody could enter this')
      createTaskWriter({ writes: realtime.writes, session, now: () => 0 }).create({
        propertyId: 'p1',
        title: 'Paint the door',
      })
    },
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('signing in again after the session has expired', () => {
  it('keeps what the same person entered, and sends it in their name', async () => {
    const { realtime, become, add, letThrough, sent } = world()
    become(view('ada', 's1'), 'expired')
    add()
    await settled()
    expect(realtime.writes.list()).toMatchObject([{ state: 'waiting' }])

    letThrough()
    become(view('ada', 's2'), 'connecting')
    expect(realtime.writes.list()).toHaveLength(1)
    become(view('ada', 's2'), 'live')
    await settled()
    expect(realtime.writes.list()).toEqual([])
    expect(sent).toEqual(['ada', 'ada'])
  })

  it('reads every list again once live: between the sessions nobody listened', () => {
    const { realtime, become } = world()
    const invalidate = vi.spyOn(realtime.queryClient, 'invalidateQueries')
    become(view('ada', 's1'), 'expired')
    become(view('ada', 's2'), 'connecting')
    expect(invalidate).not.toHaveBeenCalled()
    become(view('ada', 's2'), 'live')
    expect(invalidate).toHaveBeenCalledWith({ queryKey: tasksDomain.listKey })
  })

  it('as somebody else sends nothing of the first person, and shows nothing of theirs', async () => {
    const { realtime, become, add, letThrough, sent } = world()
    realtime.queryClient.setQueryData(['people'], ['ada'])
    become(view('ada', 's1'), 'expired')
    add()
    await settled()

    letThrough()
    become(view('bob', 's2'), 'live')
    await settled()
    expect(realtime.writes.list()).toEqual([])
    expect(realtime.queryClient.getQueryData(['people'])).toBeUndefined()
    expect(sent).toEqual(['ada'])
  })

  it('does not keep anything past a logout', async () => {
    const { realtime, become, add } = world()
    add()
    await settled()
    become(null, 'signed-out')
    expect(realtime.writes.list()).toEqual([])
  })
})
