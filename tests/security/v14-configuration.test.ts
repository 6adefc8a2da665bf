import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { toAsset } from '../../server/static/read-assets.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

const ROOT = join(import.meta.dirname, '../..')
let server: TestServer
beforeAll(async () => {
  const assets = new Map([['/index.html', toAsset('/index.html', Buffer.from('<!doctype html>'))]])
  server = await createTestServer({ assets, env: { ALLOWED_ORIGINS: 'https://app.example' } })
  return () => server.close()
})

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  server.request(path, { headers, method })
const page = async () => (await ask('/', { Accept: 'text/html' })).headers

test('V14.2.1 every dependency that runs is justified in a line, and no line speaks of one that is gone', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
  const [, section = ''] = /\n## Dependencies\n(.*?)(?:\n## |$)/s.exec(text) ?? []
  const justified = [...section.matchAll(/^\| `([^`]+)` \| \S.{10,}\|$/gm)].map(([, name]) => name)
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: object
  }
  expect(justified).toEqual(Object.keys(dependencies))
})

test('V14.2.3 nothing is loaded from another origin, and nothing inline runs', async () => {
  const policy = (await page()).get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|https?:|\*|blob:/)
  expect(policy).toContain("require-trusted-types-for 'script'; trusted-types standpipe")
  const html = readFileSync(join(ROOT, 'app/index.html'), 'utf8')
  expect(html).not.toMatch(/<script(?![^>]*\bsrc="\/)|\bon\w+=|style=|https?:/)
})

test('V14.3.3 no answer names the software that made it', async () => {
  for (const path of ['/', '/healthz', '/auth/me', '/nothing.js']) {
    const { headers } = await ask(path)
    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null])
  }
})

test('V14.4.1–V14.4.7 every answer carries the guards, whatever its status', async () => {
  for (const [path, method] of [
    ['/', 'GET'],
    ['/healthz', 'GET'],
    ['/auth/me', 'GET'],
    ['/api/none', 'GET'],
    ['/auth/login', 'OPTIONS'],
  ] as const) {
    const { headers } = await ask(path, {}, method)
    const guards = [
      'content-security-policy',
      'permissions-policy',
      'referrer-policy',
      'cross-origin-opener-policy',
      'cross-origin-resource-policy',
    ]
    for (const guard of guards) expect(headers.get(guard), `${guard} of ${path}`).not.toBeNull()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  }
})

test('V14.5.3 only an origin on the list reads an answer, and none that looks like it', async () => {
  const near = [
    'https://evil.test',
    'https://app.example.evil.test',
    'https://evil-app.example',
    'http://app.example',
    'null',
    'https://app.example:8443',
    'https://APP.example',
  ]
  for (const Origin of near)
    expect((await ask('/healthz', { Origin })).headers.get('access-control-allow-origin')).toBeNull()
  const listed = (await ask('/healthz', { Origin: 'https://app.example' })).headers
  expect(listed.get('access-control-allow-origin')).toBe('https://app.example')
})

test('V14.5.2 an Origin that is allowed is no proof of who asks', async () => {
  expect((await ask('/auth/me', { Origin: 'https://app.example' })).status).toBe(401)
})
