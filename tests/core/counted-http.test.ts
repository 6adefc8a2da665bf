import { expect, test } from 'vitest'
import { createCountedHttp } from '../../worker/core/counted-http.ts'
import { createDeadline } from '../../worker/core/deadline.ts'
import { createScriptedHttp } from '../support/scripted-http.ts'
import { createVirtualPlatform } from '../support/virtual-platform.ts'

function rig() {
  const script = createScriptedHttp()
  const platform = createVirtualPlatform(script)
  const counted: unknown[] = []
  const http = createCountedHttp(platform, (...one) => void counted.push(one))
  const send = (path: string, headers: Record<string, string> = {}, signal?: AbortSignal) => {
    const answered = http({ method: 'GET', path, headers, ...(signal ? { signal } : {}) })
    answered.catch(() => {})
    return answered
  }
  return { script, platform, counted, send }
}

test.each([
  ['/realtime/subscribe?p=x', 'poll'],
  ['/auth/refresh', 'refresh'],
  ['/auth/login', 'login'],
  ['/auth/logout', 'logout'],
  ['/auth/sessions/the-handle', 'other'],
  ['/config/client', 'config'],
  ['/api/finance/transactions/an-id?propertyId=p1', 'api'],
])('[TM01] what is refused at %s is counted as %s, with its request id', async (path, route) => {
  const { script, counted, send } = rig()
  for (const code of ['token_expired', 'forbidden'] as const) {
    const answered = send(path, { 'X-Request-Id': 'r1', 'Rt-Tab': 't1' })
    script.only('/').refuse(code)
    await answered
  }
  const at = { requestId: 'r1', tabId: 't1' }
  expect(counted).toEqual([
    ['auth_401', { route }, at],
    ['auth_403', { route }, at],
  ])
  expect(JSON.stringify(counted)).not.toMatch(/an-id|p1|the-handle/)
})

test('[TM01] every exchange has a request id, its own unless it brought one', async () => {
  const { script, send } = rig()
  for (const headers of [{}, {}, { 'X-Request-Id': 'mine' }]) {
    const answered = send('/api/x', headers)
    script.only('/').answer(null)
    await answered
  }
  const [first = '', second = '', third] = script.sent.map(({ headers }) => headers['X-Request-Id'])
  expect(first).toMatch(/^[\w-]{16}$/)
  expect(second).toMatch(/^[\w-]{16}$/)
  expect([first === second, third]).toEqual([false, 'mine'])
})

test('[TM01] no answer, and that of a portal whatever its status, are no answer of ours', async () => {
  const { script, counted, send } = rig()
  void send('/api/x')
  script.only('/').fail()
  for (const status of [200, 401, 403]) {
    const answered = send('/api/x')
    script.only('/').portal(status)
    await answered
  }
  await Promise.resolve()
  expect(counted.map((one) => (one as unknown[])[0])).toEqual(Array(4).fill('network_0'))
})

test('[TM01] a good answer and any other refusal are not counted', async () => {
  const { script, counted, send } = rig()
  for (const code of ['not_found', 'conflict', 'internal', null] as const) {
    const answered = send('/api/x')
    if (code) script.only('/').refuse(code)
    else script.only('/').answer({})
    await answered
  }
  expect(counted).toEqual([])
})

test('[TM02] a deadline that passed counts as no answer; what was given up on purpose does not', async () => {
  const { script, platform, counted, send } = rig()
  const given = new AbortController()
  const late = createDeadline(platform.clock, 1000, given.signal)
  const answered = send('/api/x', {}, late.signal)
  await platform.time.advance(1000)
  await expect(answered).rejects.toThrow()
  expect(counted).toMatchObject([['network_0', { route: 'api' }, {}]])
  const second = createDeadline(platform.clock, 1000, given.signal)
  const dropped = send('/api/x', {}, second.signal)
  given.abort()
  await expect(dropped).rejects.toThrow()
  expect([counted.length, script.open().length]).toEqual([1, 0])
})
