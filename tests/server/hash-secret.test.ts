import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemRandom } from '../../server/node-deps.ts'
import { keptAuthSecret, keptHashSecret } from '../../server/secrets.ts'
import { createTestServer } from '../support/server.ts'

async function hashOfTab(secret: string, hashSecret: string): Promise<unknown> {
  const server = await createTestServer({ seed: false, secret, hashSecret })
  await server.request('/auth/me', { headers: { 'Rt-Tab': 'tab-one' } })
  await server.close()
  return server.lines.find(({ message }) => message === '[Request]')?.fields.tab
}

test('a changed AUTH_SECRET leaves the hashed ids of the log as they were, and another HASH_SECRET does not', async () => {
  const before = await hashOfTab('the secret of before', 'the key of the log')
  expect(before).toMatch(/^[\w-]{16}$/)
  expect(await hashOfTab('the secret after it', 'the key of the log')).toBe(before)
  expect(await hashOfTab('the secret of before', 'another key of it')).not.toBe(before)
})

test('the kept key is made once, is one of its own, and only its owner reads it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'standpipe-secrets-'))
  const first = keptHashSecret(folder, systemRandom)
  expect(keptHashSecret(folder, systemRandom)).toBe(first)
  expect(keptAuthSecret(folder, systemRandom)).not.toBe(first)
  expect(statSync(join(folder, 'log-secret.json')).mode & 0o777).toBe(0o600)
  rmSync(folder, { recursive: true })
})
