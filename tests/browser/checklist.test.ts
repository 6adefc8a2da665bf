import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startServer } from '../support/server-process.ts'

const ROOT = join(import.meta.dirname, '../..')
/** A hold is waited for. */
const SHORT = { LONG_POLL_TIMEOUT_MS: '2000' }

async function checklist(...args: string[]): Promise<{ said: string; code: number | null }> {
  const child = spawn('node_modules/.bin/tsx', ['server/ops/checklist.ts', ...args], { cwd: ROOT })
  const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { said: said + complaint, code: child.exitCode }
}

async function against(variables: Record<string, string>, ...args: string[]) {
  const server = await startServer({ ...SHORT, ...variables })
  try {
    return await checklist(server.url, ...args)
  } finally {
    await server.dispose()
  }
}

test('every point holds after a deploy, also from another origin', async () => {
  const origin = 'https://app.example.test'
  const { said, code } = await against({ ALLOWED_ORIGINS: origin }, '--origin', origin)
  expect(said).not.toContain('FAIL')
  expect(said).toContain('9 of 9 points hold.')
  expect(code).toBe(0)
})

test('what is wrong is named, and the command fails', async () => {
  const variables = {
    ENABLE_LEGACY_FINANCE_EVENTS: '1',
    CORS_MAX_AGE_S: '60',
    ALLOWED_ORIGINS: 'https://a.test',
  }
  const { said, code } = await against(variables, '--origin', 'https://a.test')
  expect(said).toMatch(/^FAIL PD5 .* 60 s$/m)
  expect(said).toMatch(/^FAIL PD8 /m)
  expect(said).toContain('7 of 9 points hold.')
  expect(code).toBe(1)
})

test('with an account that cannot sign in, or is no owner’s, it says so', async () => {
  const { said, code } = await against({}, '--email', 'nobody@acme.test')
  expect(said).toContain('nobody@acme.test cannot sign in: 401')
  expect(code).toBe(2)
})
