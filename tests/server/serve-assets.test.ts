import { Hono } from 'hono'
import { gunzipSync } from 'node:zlib'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { HttpProblem } from '../../server/http/problem.ts'
import { readAssets } from '../../server/static/read-assets.ts'
import { serveAssets } from '../../server/static/serve-assets.ts'

const folder = mkdtempSync(join(tmpdir(), 'assets-'))
const PAGE = `<!doctype html><title>Standpipe</title>${'<p>page</p>'.repeat(50)}`
const SCRIPT = 'export const one = 1\n'.repeat(100)
mkdirSync(join(folder, 'assets'))
mkdirSync(join(folder, 'rt'))
writeFileSync(join(folder, 'index.html'), PAGE)
writeFileSync(join(folder, 'service-worker.js'), SCRIPT)
writeFileSync(join(folder, 'app.webmanifest'), '{}')
writeFileSync(join(folder, 'assets/main-abc123.js'), SCRIPT)
writeFileSync(join(folder, 'rt/worker-abc123.js'), SCRIPT)
writeFileSync(join(folder, 'icon.png'), Buffer.from([1, 2, 3]))
afterAll(() => rmSync(folder, { recursive: true }))

const app = new Hono()
app.notFound(serveAssets(readAssets(folder)))
app.onError((error, c) =>
  c.text(error.message, error instanceof HttpProblem && error.code === 'not_found' ? 404 : 405),
)

const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers })

describe('a file', () => {
  test.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/service-worker.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['/app.webmanifest', 'application/manifest+json', 'no-cache'],
    ['/assets/main-abc123.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/rt/worker-abc123.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/icon.png', 'image/png', 'no-cache'],
  ])('%s has its type and its caching', async (path, type, caching) => {
    const answer = await get(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(type)
    expect(answer.headers.get('cache-control')).toBe(caching)
  })

  test('is packed for who takes gzip, and whole otherwise', async () => {
    const packed = await get('/assets/main-abc123.js', { 'Accept-Encoding': 'br, gzip' })
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    expect(packed.headers.get('vary')).toBe('Accept-Encoding')
    expect(gunzipSync(Buffer.from(await packed.arrayBuffer())).toString()).toBe(SCRIPT)
    const whole = await get('/assets/main-abc123.js')
    expect(whole.headers.get('content-encoding')).toBeNull()
    expect(await whole.text()).toBe(SCRIPT)
    expect(whole.headers.get('etag')).not.toBe(packed.headers.get('etag'))
  })

  test.each(['gzip;q=0', 'gzip; q=0.0, br', 'identity'])(
    'is whole for Accept-Encoding %s',
    async (accept) => {
      const answer = await get('/assets/main-abc123.js', { 'Accept-Encoding': accept })
      expect(answer.headers.get('content-encoding')).toBeNull()
    },
  )

  test('that is not text is never packed', async () => {
    const answer = await get('/icon.png', { 'Accept-Encoding': 'gzip' })
    expect(answer.headers.get('content-encoding')).toBeNull()
    expect((await answer.arrayBuffer()).byteLength).toBe(3)
  })

  test.each(['gzip', 'identity'])(
    'that the browser has (%s) is answered 304 without a body',
    async (encoding) => {
      const etag = (await get('/', { 'Accept-Encoding': encoding })).headers.get('etag')!
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
        const answer = await get('/', { 'Accept-Encoding': encoding, 'If-None-Match': tag })
        expect([answer.status, await answer.text(), answer.headers.get('etag')]).toEqual([304, '', etag])
      }
      expect((await get('/', { 'If-None-Match': '"other"' })).status).toBe(200)
    },
  )

  test('is told about without its body on HEAD', async () => {
    const answer = await app.request('/assets/main-abc123.js', { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(answer.headers.get('content-length')).toBe(String(SCRIPT.length))
  })

  test('takes no other method', async () => {
    expect((await app.request('/index.html', { method: 'POST' })).status).toBe(405)
  })
})

describe('a path that only the app knows', () => {
  test.each(['/finance', '/login', '/tasks', '/some/where/deep'])('%s gets the page', async (path) => {
    for (const headers of [
      { Accept: 'text/html,*/*' },
      { 'Sec-Fetch-Mode': 'navigate' },
      { Accept: '*/*' },
    ] as Record<string, string>[]) {
      const answer = await get(path, headers)
      expect([answer.status, await answer.text()]).toEqual([200, PAGE])
    }
  })

  test.each([
    ['/assets/main-gone.js', { Accept: 'text/html' }],
    ['/rt/worker-gone.js', { Accept: '*/*' }],
    ['/favicon.ico', { 'Sec-Fetch-Mode': 'navigate' }],
    ['/finance', { Accept: 'application/json' }],
    ['/finance', { Accept: '*/*', 'Sec-Fetch-Mode': 'cors' }],
    ['/../etc/passwd.txt', { Accept: 'text/html' }],
  ])('%s with %j does not', async (path, headers) => {
    expect((await get(path, headers)).status).toBe(404)
  })
})

test('a folder that is missing has no files', () => {
  expect(readAssets(join(folder, 'none')).size).toBe(0)
})
