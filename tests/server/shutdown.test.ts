import { expect, test } from 'vitest'
import { readyLine, urlOf } from '../../server/ready-line.ts'
import { createShutdown, SAME_SIGNAL_MS, SHUTDOWN_BOUND_MS } from '../../server/shutdown.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const WITHIN_MS = 25_000

function recorded(stuck: { failing?: string; waiting?: string } = {}) {
  const clock = createVirtualClock()
  const done: unknown[] = []
  const lines: string[] = []
  const step = (name: string) => ({
    name,
    async run(withinMs: number) {
      await Promise.resolve()
      if (name === stuck.failing) throw new Error('broken')
      done.push(name === 'polls' ? [name, withinMs] : name)
      if (name === stuck.waiting) await new Promise(() => {})
    },
  })
  const { leave } = createShutdown({
    steps: [step('polls'), step('sockets'), step('store')],
    exit: (code) => done.push(`exit ${code}`),
    clock,
    log: (level, message) => lines.push(`${level} ${message}`),
  })
  return { leave, done, lines, clock }
}

test('polls end first and the store is closed last', async () => {
  const { leave, done, clock } = recorded()
  leave(WITHIN_MS)
  await clock.advance(0)
  expect(done).toEqual([['polls', WITHIN_MS], 'sockets', 'store', 'exit 0'])
})

test('one signal that arrives twice leaves once', async () => {
  const { leave, done, clock } = recorded({ waiting: 'sockets' })
  leave(WITHIN_MS)
  await clock.advance(SAME_SIGNAL_MS - 1)
  leave(0)
  await clock.advance(0)
  expect(done).toEqual([['polls', WITHIN_MS], 'sockets'])
})

test('who asks again is obeyed at once', async () => {
  const { leave, done, clock, lines } = recorded({ waiting: 'polls' })
  leave(WITHIN_MS)
  await clock.advance(SAME_SIGNAL_MS)
  leave(WITHIN_MS)
  expect(done).toEqual([['polls', WITHIN_MS], 'exit 1'])
  expect(lines).toContain('error The server stops without waiting any longer.')
})

test('what never ends is not waited for past the bound', async () => {
  const { leave, done, clock } = recorded({ waiting: 'sockets' })
  leave(WITHIN_MS)
  await clock.advance(WITHIN_MS + 2 * SHUTDOWN_BOUND_MS - 1)
  expect(done).not.toContain('exit 1')
  await clock.advance(1)
  expect(done).toContain('exit 1')
})

test('a part that does not close well is told, and the next ones still close', async () => {
  const { leave, done, lines, clock } = recorded({ failing: 'sockets' })
  leave(WITHIN_MS)
  await clock.advance(0)
  expect(done).toEqual([['polls', WITHIN_MS], 'store', 'exit 0'])
  expect(lines).toContain('error A part did not close well.')
})

test.each([
  ['localhost', 'http://localhost:4000'],
  ['0.0.0.0', 'http://localhost:4000'],
  ['::', 'http://localhost:4000'],
  ['::1', 'http://[::1]:4000'],
  ['10.0.0.5', 'http://10.0.0.5:4000'],
])('a server on %s is opened at %s', (host, url) => {
  expect(urlOf(host, 4000)).toBe(url)
})

test('the ready line holds one URL that ends at a space or the end, and logins only with demo data', () => {
  expect(/https?:\/\/\S+/.exec(readyLine('http://localhost:4000', true))?.[0]).toBe('http://localhost:4000')
  expect(readyLine('http://localhost:4000', true)).toContain('owner@acme.test')
  expect(readyLine('http://localhost:4000', false)).toBe('Standpipe is ready: http://localhost:4000')
})
