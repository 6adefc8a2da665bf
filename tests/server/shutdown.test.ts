import { expect, test } from 'vitest'
import { readyLine, urlOf } from '../../server/ready-line.ts'
import { createShutdown } from '../../server/shutdown.ts'

function recorded(failing: string | null = null) {
  const done: string[] = []
  const lines: string[] = []
  const step = (name: string) => ({
    name,
    async run() {
      await Promise.resolve()
      if (name === failing) throw new Error('broken')
      done.push(name)
    },
  })
  const leave = createShutdown({
    drain: () => done.push('drain'),
    steps: [step('sockets'), step('publisher'), step('store')],
    log: (level, message) => lines.push(`${level} ${message}`),
  })
  return { leave, done, lines }
}

test('polls are answered first and the store is closed last', async () => {
  const { leave, done } = recorded()
  await leave()
  expect(done).toEqual(['drain', 'sockets', 'publisher', 'store'])
})

test('two signals leave once', async () => {
  const { leave, done } = recorded()
  await Promise.all([leave(), leave()])
  expect(done).toEqual(['drain', 'sockets', 'publisher', 'store'])
})

test('a part that does not close well is told, and the next ones still close', async () => {
  const { leave, done, lines } = recorded('publisher')
  await leave()
  expect(done).toEqual(['drain', 'sockets', 'store'])
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
