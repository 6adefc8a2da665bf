import { describe, expect, it, vi } from 'vitest'
import { FLAG_DEFAULTS } from '../../worker/wire/flags.ts'
import type { Runtime } from '../../worker/tab/attach.ts'
import { createOutbox } from '../../worker/core/outbox.ts'
import type { Phase, RuntimeStatus, SessionView } from '../../worker/wire/port.ts'
import { createRealtime } from '../../app/realtime/realtime.ts'
import { tasksDomain } from '../../app/tasks/tasks-domain.ts'
import { createTaskWriter } from '../../app/tasks/write-task.ts'
import { createBrowserProfile } from '../support/browser-profile.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { createVirtualPlatform } from '../support/virtual-platform.ts'

function view(userId: string, sh: string): SessionView {
  const user = { id: userId, name: userId, email: `${userId}@acme.test`, role: 'staff' as const }
  return { sh, user, org: { id: 'o1', name: 'Acme' }, properties: [{ id: 'p1', name: 'One' }] }
}

/** A page of its own with a profile of its own. */
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
  const listeners = new Set<() => void>()
  const runtime: Runtime = {
    tabId: 't1',
    calls: {
      request: vi.fn(),
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
  const time = createVirtualClock()
  const profile = createBrowserProfile(time)
  const platform = createVirtualPlatform({ http: () => new Promise(() => {}), time, profile })
  const realtime = createRealtime({
    runtime,
    outbox: createOutbox({ ...platform, table: platform.outbox }),
    domains: [tasksDomain],
    device: {
      keptCache: () => ({ open: () => Promise.resolve(), clear: () => Promise.resolve() }),
      kept: () => {},
    },
  })
  return {
    realtime,
    stored: () => profile.outbox.rows().map(({ userId, state }) => `${userId} ${state}`),
    become(next: SessionView | null, phase: Phase) {
      session = next
      status = { ...status, phase }
      for (const listener of listeners) listener()
    },
    add() {
      if (!session) throw new Error('nobody could enter this')
      const writer = createTaskWriter({ writes: realtime.writes, session, now: () => 0 })
      return writer.create({ propertyId: 'p1', title: 'Paint the door' }).saved
    },
  }
}

describe('signing in again after the session has expired', () => {
  it('keeps what the same person entered, before and after they are asked to', async () => {
    const { realtime, become, add, stored } = world()
    become(view('ada', 's1'), 'expired')
    expect(await add()).toEqual({ is: 'kept' })
    expect(realtime.writes.list()).toMatchObject([{ state: 'waiting', actorId: 'ada' }])
    become(view('ada', 's2'), 'live')
    expect(realtime.writes.list()).toHaveLength(1)
    expect(stored()).toEqual(['ada queued'])
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

  it('as somebody else shows nothing of the first person, and counts what of theirs lies here', async () => {
    const { realtime, become, add, stored } = world()
    realtime.queryClient.setQueryData(['people'], ['ada'])
    become(view('ada', 's1'), 'expired')
    await add()
    become(view('bob', 's2'), 'live')
    expect([realtime.writes.list(), realtime.writes.sealed()]).toEqual([[], 1])
    expect(realtime.queryClient.getQueryData(['people'])).toBeUndefined()
    expect(stored(), 'it is theirs for when they come back').toEqual(['ada queued'])
  })

  it('a logout takes it out of sight and leaves it on the device', async () => {
    const { realtime, become, add, stored } = world()
    await add()
    become(null, 'signed-out')
    expect([realtime.writes.list(), realtime.writes.sealed()]).toEqual([[], 1])
    expect(stored()).toEqual(['ada queued'])
  })
})
