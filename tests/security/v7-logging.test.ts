import { expect, test } from 'vitest'
import { OURS, problemOf } from '../support/auth-client.ts'
import { createTestServer, DEMO_PASSWORD, TEST_SECRET, type TestServer } from '../support/server.ts'

const KEY = 'the key of another server'
const OPERATOR = 'the-key-of-the-operator'
const UA =
  'Mozilla/5.0 (Linux; Android 14; SM-G998B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36 Ada/9'

/** Everything a caller can put anywhere, at every route there is, with and without a right to it. */
async function everything(server: TestServer): Promise<string[]> {
  const login = await server.login()
  const secrets = [
    login.token,
    login.cookie,
    'owner@acme.test',
    DEMO_PASSWORD,
    KEY,
    OPERATOR,
    TEST_SECRET,
    UA,
  ]
  const bodies = [
    { email: 'owner@acme.test', password: DEMO_PASSWORD },
    { email: 'owner@acme.test', password: [DEMO_PASSWORD] },
    { sh: login.sh },
    {
      records: [
        { name: 'owner@acme.test', at: 1, tabId: login.token, build: UA, fields: { route: DEMO_PASSWORD } },
      ],
    },
    {
      orgId: 'acme',
      events: [
        { eventId: login.token, type: KEY, propertyId: 'acme-p1', data: { email: 'owner@acme.test' } },
      ],
    },
  ]
  const routes = server.app.routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
  for (const { method, path } of routes) {
    const bearers = [login.token, `${login.token}x`, KEY, OPERATOR, `${OPERATOR}x`].map(
      (key) => `Bearer ${key}`,
    )
    for (const authorization of [...bearers, null]) {
      for (const id of ['owner@acme.test', login.token]) {
        const at = path.replaceAll(/:\w+/g, encodeURIComponent(id))
        const query = `p=poller-0001&wait=0&token=${login.token}&properties=owner@acme.test&after=${login.token}`
        const body = bodies[(path.length + method.length) % bodies.length]
        await server.request(`${at}?${query}`, {
          method,
          cookie: login.cookie,
          headers: {
            ...OURS,
            'User-Agent': UA,
            ...(authorization === null ? {} : { Authorization: authorization }),
            Origin: method === 'GET' ? `https://owner@acme.test/${login.token}` : OURS.Origin,
            'Rt-Tab': login.token,
            'Rt-Cursor': login.token,
            'Rt-Pass': login.token,
            'Idempotency-Key': login.token,
            'Rt-Actor': 'owner@acme.test',
            'X-Request-Id': 'owner@acme.test',
          },
          ...(method === 'GET' ? {} : { json: body }),
        })
      }
    }
  }
  for (const json of bodies) await server.request('/auth/login', { method: 'POST', headers: OURS, json })
  await server.request(`/api/${login.token}`)
  await server.request('/api/owner@acme.test')
  return secrets
}

test('V7.1.1 no token, cookie, password, key, e-mail or whole user agent stands in the log of a run through every endpoint', async () => {
  const server = await createTestServer({ env: { PUBLISH_API_KEY: KEY, OPERATOR_KEY: OPERATOR } })
  const secrets = await everything(server)
  const log = JSON.stringify(server.lines)
  expect(server.lines.length).toBeGreaterThan(200)
  expect(secrets.filter((secret) => log.includes(secret))).toEqual([])
  expect(log).not.toMatch(/eyJ[\w-]{7,}|@acme\.test|standpipe-demo|v1\.[\w-]+\.[\w-]{22}/)
  await server.close()
})

test('V7.2.1 who was refused, and why, can be found by the id of the request', async () => {
  const server = await createTestServer()
  const reply = await server.request('/auth/me', { headers: { 'X-Request-Id': 'refused-1' } })
  expect(reply.headers.get('x-request-id')).toBe('refused-1')
  expect(server.lines.find(({ fields }) => fields.requestId === 'refused-1')?.fields.status).toBe(401)
  await server.close()
})

test('V7.3.1 nobody writes a line of the log: what is not an id is not taken over', async () => {
  const server = await createTestServer()
  const reply = await server.request('/auth/me', { headers: { 'X-Request-Id': 'a","level":"admin' } })
  expect(reply.headers.get('x-request-id')).toMatch(/^[\w-]{16}$/)
  const { token } = await server.login()
  await server.request('/realtime/subscribe?p=poller-0001&wait=0&properties=a%0a{"msg":"forged"}', {
    token,
    headers: { Origin: 'https://a.test/"forged"' },
  })
  expect(server.lines.at(-1)?.fields).toMatchObject({ propertyId: 'malformed', origin: 'malformed' })
  await server.close()
})

test('V7.4.1 a fault of ours says an id and nothing of the code, the store or the machine', async () => {
  const server = await createTestServer()
  const { token } = await server.login()
  await server.store.db.schema.dropTable('tasks').execute()
  const reply = await server.request('/api/tasks', { token })
  const text = await reply.clone().text()
  expect(await problemOf(reply)).toBe('500 internal')
  expect(text).not.toMatch(/tasks|sql|table|\.ts|node_modules|\/work|\/tmp/i)
  await server.close()
})
