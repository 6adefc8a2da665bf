import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createClient } from '../support/http-client.ts'
import { launchRealChromium } from '../support/real-chromium.ts'
import { launchRealFirefox } from '../support/real-firefox.ts'
import { startWatchedServer } from '../support/watched-server.ts'

const POLLS = 20

/** Runs in the page: polls as the runtime does, on one URL with the cursor in a header and the default cache mode. */
async function pollOn({ url, token, polls }: { url: string; token: string; polls: number }): Promise<number> {
  let cursor: string | null = null
  let answered = 0
  for (let n = 0; n < polls; n += 1) {
    const headers: Record<string, string> = { Authorization: `Bearer ${token}` }
    if (cursor !== null) headers['Rt-Cursor'] = cursor
    const reply = await fetch(`${url}/realtime/subscribe?p=preflight-1&wait=0`, { headers })
    cursor = ((await reply.json()) as { cursor: string }).cursor
    answered += 1
  }
  return answered
}

test.each([launchRealChromium, launchRealFirefox])(
  'twenty polls from another origin cost two preflights at most (%o)',
  async (launch) => {
    const page = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Another origin</title>')
    }).listen(0, 'localhost')
    await once(page, 'listening')
    const origin = `http://localhost:${(page.address() as AddressInfo).port}`
    const server = await startWatchedServer(undefined, { ALLOWED_ORIGINS: origin })
    const { login } = await createClient(server.url, 'owner@acme.test')
    const engine = await launch()
    const tab = await engine.newTab()
    await tab.goto(origin)
    const asked = { url: server.url, token: login.accessToken, polls: POLLS }
    expect(await tab.evaluate(pollOn, asked)).toBe(POLLS)
    // The first poll has no cursor to send: its preflight allows one header less.
    expect(server.requests().filter(({ method }) => method === 'OPTIONS').length).toBeLessThanOrEqual(2)
    expect(server.polls().filter(({ method }) => method === 'GET')).toHaveLength(POLLS)
    await engine.close()
    await server.process.dispose()
    page.close()
  },
  60_000,
)
