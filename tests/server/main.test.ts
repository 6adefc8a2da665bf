import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { runSources, urlIn, type SourceProcess } from '../support/source-process.ts'

const HOOK_MS = 30_000

const running = new Set<ChildProcess>()
const folders = new Set<string>()

afterEach(async () => {
  for (const child of running) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  running.clear()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  folders.clear()
}, HOOK_MS)

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'standpipe-main-'))
  folders.add(folder)
  return folder
}

function run(env: Record<string, string>): SourceProcess {
  const started = runSources(env)
  running.add(started.child)
  return started
}

async function post(url: string, body: object, cookie = ''): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Rt-Client': '1', Cookie: cookie },
    body: JSON.stringify(body),
  })
}

test(
  'it says in one plain line where it is and who may sign in; on both loopback addresses; SIGTERM ends it with 0',
  { timeout: HOOK_MS },
  async () => {
    const server = run({ DATA_DIR: newFolder() })
    const line = await server.ready
    expect(line).toMatch(
      /^Standpipe is ready: http:\/\/localhost:\d+ — sign in as owner@acme\.test or owner@globex\.test, password standpipe-demo$/,
    )
    const { port } = new URL(urlIn(line))
    for (const host of ['localhost', '127.0.0.1']) {
      const reply = await fetch(`http://${host}:${port}/readyz`)
      expect([reply.status, reply.headers.get('rt-origin')]).toEqual([200, '1'])
    }
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.err).toEqual([])
    for (const other of server.out.filter((said) => said !== line))
      expect(JSON.parse(other)).toHaveProperty('msg')
  },
)

test('a session, its cookie and the secrets outlive a restart', { timeout: HOOK_MS }, async () => {
  const DATA_DIR = newFolder()
  const first = run({ DATA_DIR })
  const before = urlIn(await first.ready)
  const login = await post(`${before}/auth/login`, { email: 'manager@acme.test', password: 'standpipe-demo' })
  const { sh, accessToken } = (await login.json()) as { sh: string; accessToken: string }
  const cookie = login.headers.getSetCookie()[0]!.split(';')[0]!
  const secrets = readFileSync(join(DATA_DIR, 'secrets.json'), 'utf8')
  expect(statSync(join(DATA_DIR, 'secrets.json')).mode & 0o777).toBe(0o600)
  first.child.kill('SIGKILL')
  await first.ended

  const second = run({ DATA_DIR })
  const after = urlIn(await second.ready)
  const me = await fetch(`${after}/auth/me`, { headers: { Authorization: `Bearer ${accessToken}` } })
  expect(me.status).toBe(200)
  expect((await post(`${after}/auth/refresh`, { sh }, cookie)).status).toBe(200)
  expect(readFileSync(join(DATA_DIR, 'secrets.json'), 'utf8')).toBe(secrets)
})

test('a second server on the same embedded store is told so in one line', { timeout: HOOK_MS }, async () => {
  const DATA_DIR = newFolder()
  const first = run({ DATA_DIR, SEED_DEMO: '0' })
  await first.ready
  const second = run({ DATA_DIR, SEED_DEMO: '0' })
  expect(await second.ended).toBe(2)
  expect(second.err).toEqual([expect.stringContaining('another running server uses this one')])
  expect(second.out).toEqual([])
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  expect(await run({ DATA_DIR, SEED_DEMO: '0' }).ready).toContain('ready')
})

test('without demo data no login is offered', { timeout: HOOK_MS }, async () => {
  const server = run({ DATA_DIR: newFolder(), SEED_DEMO: '0' })
  expect(await server.ready).toMatch(/^Standpipe is ready: http:\/\/localhost:\d+$/)
})

test('a port that is taken is told in one line, with exit code 2', { timeout: HOOK_MS }, async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const server = run({ DATA_DIR: newFolder(), PORT: String(port) })
  expect(await server.ended).toBe(2)
  expect(server.err).toEqual([expect.stringContaining(`port ${port} is taken`)])
  other.close()
})

test.each([
  [{ PORT: 'eighty' }, 'PORT="eighty"'],
  [{ REDIS_URL: 'redis://cache' }, 'REDIS_URL='],
  [{ HOST: '203.0.113.1' }, 'set HOST'],
  [{ DATABASE_URL: 'postgres://u:pw@127.0.0.1:1/x' }, 'ECONNREFUSED'],
  [{ DATA_DIR: '/dev/null/data' }, 'DATA_DIR='],
])('%j stops the start with one line and exit code 2', { timeout: HOOK_MS }, async (env, told) => {
  const server = run({ DATA_DIR: newFolder(), ...env })
  expect(await server.ended).toBe(2)
  expect(server.err).toEqual([expect.stringContaining(told)])
})

test(
  'secrets that are not whole stop the start instead of signing everybody out',
  { timeout: HOOK_MS },
  async () => {
    const DATA_DIR = newFolder()
    writeFileSync(join(DATA_DIR, 'secrets.json'), '{"authSecret":')
    const server = run({ DATA_DIR })
    expect(await server.ended).toBe(2)
    expect(server.err).toEqual([expect.stringContaining('secrets.json')])
  },
)

test(
  'rules for clients that are wrong stop the start with one line; the variable goes first',
  { timeout: HOOK_MS },
  async () => {
    const DATA_DIR = newFolder()
    writeFileSync(join(DATA_DIR, 'client-config.json'), '{"rules":[{"flags":{"leader.election":false}}]}')
    const server = run({ DATA_DIR })
    server.ready.catch(() => {})
    expect(await server.ended).toBe(2)
    expect(server.err).toEqual([
      expect.stringMatching(/client-config\.json=.*"rules\.0\.flags\.leader\.election"/),
    ])
    expect(await run({ DATA_DIR, CLIENT_CONFIG: '{}' }).ready).toContain('ready')
  },
)

test('a contradiction starts with a warning', { timeout: HOOK_MS }, async () => {
  const server = run({ DATA_DIR: newFolder(), EVENT_TTL_MS: '1000' })
  await server.ready
  const warnings = server.out
    .filter((line) => line.includes('EVENT_TTL_MS=1000'))
    .map((line) => JSON.parse(line) as object)
  expect(warnings).toEqual([expect.objectContaining({ level: 40 })])
})
