import { expect, test } from 'vitest'
import { createPasswords, PASSWORD_COST } from '../../server/session/passwords.ts'
import { createClient } from '../support/http-client.ts'
import { startLiveServer } from '../support/live-server.ts'

test('a session that is ended from another device hears of it in its held poll, over a socket', async () => {
  const server = await startLiveServer()
  const [lost, kept] = [
    await createClient(server.url, 'owner@acme.test'),
    await createClient(server.url, 'owner@acme.test'),
  ]
  const poll = lost.get('/realtime/subscribe?p=poller-0001')
  const total = async () =>
    ((await (await kept.get('/finance/realtime/metrics')).json()) as { waiters: { total: number } }).waiters
      .total
  await expect.poll(total).toBe(1)
  const revoked = await fetch(`${server.url}/auth/sessions/${lost.login.sh}`, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${kept.login.accessToken}` },
  })
  expect(revoked.status).toBe(204)
  // It was going to be held for 25 s, five times as long as this test may take.
  const answer = await poll
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ code: 'session_revoked' })
  expect(await total()).toBe(0)
  await server.close()
})

test('a password is looked at beside the event loop: other work goes on before it is done', async () => {
  const { hash } = createPasswords(PASSWORD_COST)
  const order: string[] = []
  const hashed = hash('a password').then(() => order.push('password'))
  await new Promise((resolve) => setImmediate(resolve))
  order.push('other work')
  await hashed
  expect(order).toEqual(['other work', 'password'])
})
