import { beforeAll, expect, test } from 'vitest'
import { problemOf } from '../support/auth-client.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

const HEADERS = { 'Content-Type': 'application/json', 'Rt-Client': '1' }
let server: TestServer

beforeAll(async () => {
  server = await createTestServer({ seed: false })
  return () => server.close()
})

const send = (body: string) => server.request('/auth/login', { method: 'POST', headers: HEADERS, body })
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test.each([
  ['32 deep', nested(32), '422 validation_failed'],
  ['33 deep', nested(33), '400 bad_request'],
  ['as deep as a body can be', '{"a":'.repeat(12_000), '400 bad_request'],
  ['side by side', `[${'[],'.repeat(5000)}[]]`, '422 validation_failed'],
  ['brackets in a string', JSON.stringify('['.repeat(1000)), '422 validation_failed'],
  [
    'brackets in a string after an escaped quote',
    JSON.stringify(`"\\"${'{'.repeat(100)}`),
    '422 validation_failed',
  ],
])('a body that is %s', async (_, body, answer) => {
  expect(await problemOf(await send(body))).toBe(answer)
})
