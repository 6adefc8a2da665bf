import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import type { AppEnv } from '../../server/http/app-env.ts'
import { listen } from '../../server/listen.ts'

/** An app that answers `/slow` when it is told to, and everything else at once. */
async function aServer() {
  const asked: (() => void)[] = []
  const app = new Hono<AppEnv>()
  app.get('/slow', async (c) => {
    await new Promise<void>((resolve) => asked.push(resolve))
    return c.text('late')
  })
  app.get('/', (c) => c.text('now'))
  const listening = await listen(app, '127.0.0.1', 0)
  const agent = new Agent({ keepAlive: true })
  onTestFinished(async () => {
    agent.destroy()
    await listening.close(0)
  })
  async function ask(path: string): Promise<IncomingMessage> {
    const [reply] = (await once(
      get({ port: listening.port, host: '127.0.0.1', path, agent }),
      'response',
    )) as [IncomingMessage]
    reply.resume()
    await once(reply, 'end')
    return reply
  }
  return { ...listening, ask, asked }
}

test('connections are kept for longer than a balancer keeps its own idle', async () => {
  const { ask } = await aServer()
  const { headers } = await ask('/')
  expect([headers.connection, headers['keep-alive']]).toEqual(['keep-alive', 'timeout=75'])
})

test('an answer that is being made when its server begins to leave closes its connection, as those after it do', async () => {
  const { ask, asked, lastAnswers } = await aServer()
  const slow = ask('/slow')
  await expect.poll(() => asked.length).toBe(1)
  lastAnswers()
  expect((await ask('/')).headers.connection).toBe('close')
  asked[0]?.()
  expect((await slow).headers.connection).toBe('close')
})

test('a server that leaves waits for the answers under way and for no idle connection', async () => {
  const { ask, asked, close } = await aServer()
  await ask('/')
  const slow = ask('/slow')
  await expect.poll(() => asked.length).toBe(1)
  let isClosed = false
  const closed = close(60_000).then(() => (isClosed = true))
  await ask('/').catch(() => {})
  expect(isClosed).toBe(false)
  asked[0]?.()
  await slow
  await closed
})

test('what never ends is cut at the bound', async () => {
  const { ask, asked, close } = await aServer()
  const slow = ask('/slow').catch((error: NodeJS.ErrnoException) => error.code)
  await expect.poll(() => asked.length).toBe(1)
  await close(1)
  expect(await slow).toBe('ECONNRESET')
})
