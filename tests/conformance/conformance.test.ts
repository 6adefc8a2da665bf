import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { startLyingProxy, type Passing } from '../support/lying-proxy.ts'
import { runSources, urlIn } from '../support/source-process.ts'
import { tempHome } from '../support/spawned.ts'
import { RULES, runSuite } from './suite.ts'
import type { PollAnswer, TargetOptions } from './target.ts'

const KEY = 'a key of another server'
const ORIGIN = 'https://app.example'
/** Bounds that are soon reached; otherwise the server is as it always is. */
const SMALL = {
  MAX_BUFFER_SIZE: '20',
  EVENT_TTL_MS: '6000',
  LONG_POLL_TIMEOUT_MS: '5000',
  MAX_WAITERS_PER_ORG: '3',
  PUBLISH_API_KEY: KEY,
  ALLOWED_ORIGINS: ORIGIN,
}
let options: TargetOptions

async function start(env: Record<string, string>): Promise<{ url: string; stop(): void }> {
  const server = runSources({ ...SMALL, DATA_DIR: tempHome(), ...env })
  return { url: urlIn(await server.ready).replace(/[.,]$/, ''), stop: () => server.child.kill('SIGKILL') }
}

beforeAll(async () => {
  const { url, stop } = await start({})
  options = {
    url,
    email: 'owner@acme.test',
    password: 'standpipe-demo',
    otherEmail: 'owner@globex.test',
    narrowEmail: 'staff1@acme.test',
    publishKey: KEY,
    origin: ORIGIN,
  }
  return stop
}, 60_000)

test('the server keeps every rule of the protocol', async () => {
  const verdicts = await runSuite(options)
  expect(verdicts.filter(({ result }) => result === 'fail').map(({ line }) => line)).toEqual([])
  const document = await fetch(`${options.url}/openapi.json`)
  const { paths } = (await document.json()) as { paths: object }
  const canPublish = '/tasks/realtime/publish' in paths
  // Only a token that soon runs out shows that no hold outlives it; the next test has one.
  expect(verdicts.filter(({ result }) => result === 'skip').map(({ id }) => id)).toEqual([
    'HO04',
    ...(canPublish ? [] : ['PU01']),
  ])
}, 120_000)

test('no hold outlives a token that soon runs out', async () => {
  const { url, stop } = await start({ ACCESS_TOKEN_TTL_S: '5', LONG_POLL_TIMEOUT_MS: '25000' })
  const verdicts = await runSuite({ ...options, url }, undefined, ['HO04'])
  stop()
  expect(verdicts.map(({ line }) => line)).toEqual([expect.stringMatching(/^pass HO04/)])
}, 60_000)

/** Changes the answers of polls that were answered. */
function ofPolls(change: (answer: PollAnswer, passing: Passing) => void): (passing: Passing) => void {
  return (passing) => {
    if (!passing.path.includes('/realtime/subscribe') || passing.status !== 200 || passing.body === '') return
    const answer = JSON.parse(passing.body) as PollAnswer
    change(answer, passing)
    passing.body = JSON.stringify(answer)
  }
}

let delivered = 0
test.each<[string, (passing: Passing) => void, string[]]>([
  [
    'loses every seventh event',
    ofPolls((answer) => {
      answer.events = answer.events.filter(() => (delivered += 1) % 7 !== 0)
      if (answer.events.length === 0 && answer.outcome === 'events') answer.outcome = 'timeout'
    }),
    ['CU07'],
  ],
  [
    'says a cursor again that it has moved past',
    ofPolls((answer, { request }) => {
      const asked = request['rt-cursor']
      if (answer.events.length > 0 && typeof asked === 'string') answer.cursor = asked
    }),
    ['CU03'],
  ],
  [
    'tells a gap as an empty hold',
    ofPolls((answer) => {
      if (answer.gap) Object.assign(answer, { gap: null, outcome: 'timeout' })
    }),
    ['GA01', 'GA02', 'GA03'],
  ],
  [
    'delivers what it has beside a gap',
    ofPolls((answer) => {
      if (answer.gap)
        answer.events.push({ seq: 1, eventId: 'e', type: 't', topic: 'tasks', orgId: 'o', propertyId: 'p' })
    }),
    ['GA01', 'OR02'],
  ],
  [
    'delivers in another order',
    ofPolls((answer) => void (answer.events = answer.events.toReversed())),
    ['LI01'],
  ],
  ['forgets to say that there is more', ofPolls((answer) => void (answer.more = false)), ['LI01']],
  ['lets caches keep its answers', ({ headers }) => void delete headers['cache-control'], ['EN04', 'ER01']],
  ['forgets whose answers they are', ({ headers }) => void delete headers.vary, ['EN04']],
  ['does not say that it is itself', ({ headers }) => void delete headers['rt-origin'], ['EN02']],
  ['makes up ids of exchanges', ({ headers }) => void (headers['x-request-id'] = 'other'), ['EN02', 'ER04']],
  [
    'allows every origin',
    ({ headers }) => void (headers['access-control-allow-origin'] = '*'),
    ['CO01', 'CO02'],
  ],
  [
    'says that all is well',
    (passing) => {
      if (passing.status >= 400) passing.status = 200
    },
    ['AU01', 'AU02', 'ER03', 'ER05', 'ER09'],
  ],
  [
    'answers errors with a page',
    (passing) => {
      if (passing.status >= 400) passing.headers['content-type'] = 'text/html'
    },
    ['AU01', 'ER04'],
  ],
])(
  'a server that %s is found out',
  async (_, lie, ids) => {
    const { url, close } = await startLyingProxy(options.url, lie)
    const verdicts = await runSuite({ ...options, url }, undefined, ids)
    close()
    expect(verdicts.map(({ id, result }) => `${id} ${result}`)).toEqual(
      RULES.filter(({ id }) => ids.includes(id)).map(({ id }) => `${id} fail`),
    )
  },
  60_000,
)

test('the command prints a line a rule and ends with 1 when one is broken', async () => {
  const run = (url: string) =>
    spawnSync(
      process.execPath,
      [
        '--import',
        'tsx',
        join(import.meta.dirname, 'run.ts'),
        url,
        '--email',
        options.email,
        '--password',
        options.password,
        '--only',
        'EN01,ER01,NA03',
      ],
      { encoding: 'utf8' },
    )
  const good = run(options.url)
  expect(good.stdout).toMatch(
    /^pass EN01 .*\npass ER01 .*\nskip NA03 .*: no --narrow-email\n2 passed, 0 failed, 1 skipped\n$/,
  )
  expect(good.status).toBe(0)
  expect(run('http://127.0.0.1:9').status).toBe(2)
  expect(run('nonsense').status).toBe(2)
}, 60_000)

test('every rule is described in the protocol, and the protocol names no other', () => {
  const text = readFileSync(join(import.meta.dirname, '../../worker/wire/PROTOCOL.md'), 'utf8')
  const named = new Set(text.match(/\b(?:EN|AU|CO|ER|CU|GA|HO|LI|ON|CA|NA|OR|PU)\d{2}\b/g))
  expect([...named].toSorted()).toEqual(RULES.map(({ id }) => id).toSorted())
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length)
})

test('the suite knows nothing of this server but what HTTP tells it', () => {
  const foreign = [
    'target',
    'rule',
    'suite',
    'run',
    'envelope-rules',
    'error-rules',
    'cursor-rules',
    'hold-rules',
    'scope-rules',
  ]
    .flatMap((name) => [
      ...readFileSync(join(import.meta.dirname, `${name}.ts`), 'utf8').matchAll(/from '([^']+)'/g),
    ])
    .map(([, from = '']) => from)
    .filter((from) => !from.startsWith('./') && !from.startsWith('node:'))
  expect(foreign).toEqual([])
})
