import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildFingerprint, takeDeployNumber } from '../../server/deploys/deploy-number.ts'
import { keepBuilds, KEPT_FOR_MS } from '../../server/deploys/kept-builds.ts'
import { DEPLOY_PLACEHOLDER, withDeploy } from '../../server/deploys/with-deploy.ts'
import type { Asset } from '../../server/static/assets.ts'
import { toAsset } from '../../server/static/read-assets.ts'
import { openStore } from '../../server/store/open-store.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

function build(files: Record<string, string>): Map<string, Asset> {
  return new Map(Object.entries(files).map(([path, text]) => [path, toAsset(path, Buffer.from(text))]))
}
const text = (asset: Asset | undefined) => asset && Buffer.from(asset.body).toString()

test('the number rises with every other build, also when an earlier one comes back, and with no restart', async () => {
  const store = await openStore({ databaseUrl: null, dataDir: ':memory:', log: () => {} })
  const take = (fingerprint: string) =>
    takeDeployNumber({ db: store.db, clock: createVirtualClock() }, fingerprint)
  const numbers: number[] = []
  for (const fingerprint of ['a', 'a', 'b', 'b', 'a', 'a', 'c']) numbers.push(await take(fingerprint))
  expect(numbers).toEqual([1, 1, 2, 2, 3, 3, 4])
  await store.close()
})

test('processes that start at once with one build take one number', async () => {
  const store = await openStore({ databaseUrl: null, dataDir: ':memory:', log: () => {} })
  const clock = createVirtualClock()
  const taken = await Promise.all(
    Array.from({ length: 5 }, () => takeDeployNumber({ db: store.db, clock }, 'a')),
  )
  expect(new Set(taken)).toEqual(new Set([1]))
  await store.close()
})

test('a build is told from another by any file, in whatever order they were read', () => {
  const one = build({ '/index.html': 'a', '/assets/x.js': 'b' })
  const same = build({ '/assets/x.js': 'b', '/index.html': 'a' })
  const other = build({ '/index.html': 'a', '/assets/x.js': 'c' })
  expect(buildFingerprint(one)).toBe(buildFingerprint(same))
  expect(buildFingerprint(one)).not.toBe(buildFingerprint(other))
})

test('page and service worker say their deploy, under an ETag of their own; nothing else is touched', () => {
  const page = `<meta name="standpipe-deploy" content="${DEPLOY_PLACEHOLDER}" />`
  const built = build({
    '/index.html': page,
    '/service-worker.js': `'${DEPLOY_PLACEHOLDER}'`,
    '/assets/x.js': page,
  })
  const [first, second] = [withDeploy(built, 7), withDeploy(built, 8)]
  expect(text(first.get('/index.html'))).toBe('<meta name="standpipe-deploy" content="7" />')
  expect(text(second.get('/service-worker.js'))).toBe("'8'")
  expect(first.get('/index.html')?.etag).not.toBe(second.get('/index.html')?.etag)
  expect(first.get('/assets/x.js')).toBe(built.get('/assets/x.js'))
})

function keeper() {
  const dataDir = tempFolder()
  const clock = { ms: Date.UTC(2026, 0, 1), now: () => clock.ms }
  const lines: string[] = []
  const start = (files: Record<string, string>) =>
    keepBuilds(build(files), { dataDir, clock, log: (_level, message) => void lines.push(message) })
  return { clock, lines, start, dataDir }
}

test('the files of an earlier build are served beside those of this one, as what they are', () => {
  const { start, dataDir } = keeper()
  start({
    '/index.html': 'old page',
    '/assets/main-a.js': 'old',
    '/rt/worker-a.js': 'old worker',
    '/rt/sw.js': 'narrow',
  })
  const assets = start({ '/index.html': 'new page', '/assets/main-b.js': 'new', '/rt/sw.js': 'narrow' })
  expect(text(assets.get('/assets/main-a.js'))).toBe('old')
  expect(assets.get('/rt/worker-a.js')).toMatchObject({
    type: 'text/javascript; charset=utf-8',
    cacheControl: 'public, max-age=31536000, immutable',
  })
  expect([text(assets.get('/index.html')), text(assets.get('/assets/main-b.js'))]).toEqual([
    'new page',
    'new',
  ])
  expect(existsSync(join(dataDir, 'builds/rt/sw.js'))).toBe(false)
})

test('they are forgotten thirty days after they were last part of a build that started', () => {
  const { start, clock } = keeper()
  start({ '/assets/main-a.js': 'old' })
  clock.ms += KEPT_FOR_MS - 1000
  expect(text(start({ '/assets/main-b.js': 'new' }).get('/assets/main-a.js'))).toBe('old')
  clock.ms += 2000
  const assets = start({ '/assets/main-c.js': 'newest' })
  expect([assets.get('/assets/main-a.js'), text(assets.get('/assets/main-b.js'))]).toEqual([undefined, 'new'])
  clock.ms += KEPT_FOR_MS - 1000
  start({ '/assets/main-b.js': 'new' })
  clock.ms += KEPT_FOR_MS - 1000
  expect(text(start({}).get('/assets/main-b.js'))).toBe('new')
})

test.each([
  '/assets/../secret',
  '/rt/../../secret',
  '/assets/missing.js',
  '/index.htm',
  '/builds/assets/main-a.js',
])('%s is nothing that is kept', (path) => {
  const { start, dataDir } = keeper()
  writeFileSync(join(dataDir, 'secret'), 'no')
  start({ '/assets/main-a.js': 'old' })
  expect(start({}).get(path)).toBeUndefined()
})

test('a folder that takes nothing is told, and what there is is served', () => {
  const { start, lines, dataDir } = keeper()
  writeFileSync(join(dataDir, 'builds'), 'a file where the folder belongs')
  expect(text(start({ '/assets/main-a.js': 'now' }).get('/assets/main-a.js'))).toBe('now')
  expect(lines).toEqual(['The files of this build cannot be kept for pages of it that outlive it.'])
})
