import type { Browser } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { enter, launchBrowser, live, rowOf, signIn } from '../support/browser.ts'
import { startServer, type ServerProcess } from '../support/server-process.ts'

let server: ServerProcess
let browser: Browser

beforeAll(async () => {
  server = await startServer()
  browser = await launchBrowser()
  return async () => {
    await browser.close()
    await server.dispose()
  }
})

test.each(['shared-worker', 'tab'])(
  'every page runs under Trusted Types without one violation, hosted in a %s',
  async (host) => {
    const context = await browser.newContext()
    const violations: string[] = []
    context.on('console', (message) => {
      if (/Content.Security.Policy|TrustedScript|Trusted Type/i.test(message.text()))
        violations.push(message.text())
    })
    context.on('weberror', (error) => violations.push(String(error.error())))
    await context.addInitScript(
      (flags) => {
        // The first page of a tab has no origin and no storage.
        if (location.protocol !== 'about:') localStorage.setItem('standpipe:flags', flags)
      },
      JSON.stringify({ 'runtime.host': host }),
    )
    const page = await signIn(context, server.url, 'owner@acme.test')
    await enter(page, { description: `Under the policy, ${host}` })
    await rowOf(page, `Under the policy, ${host}`).waitFor()
    const scopes = () =>
      page.evaluate(async () =>
        (await navigator.serviceWorker.getRegistrations())
          .map(({ scope }) => new URL(scope).pathname)
          .toSorted(),
      )
    await expect.poll(scopes).toEqual(['/', '/rt/'])
    for (const path of ['/tasks', '/outbox', '/ops', '/finance']) await page.goto(server.url + path)
    await live(page)
    expect(violations).toEqual([])
    await context.close()
  },
)

test('text becomes neither markup nor the address of a script', async () => {
  const page = await signIn(await browser.newContext(), server.url, 'owner@acme.test')
  const refused = await page.evaluate(async () => {
    const tries: Record<string, () => unknown> = {
      markup: () => (document.createElement('div').innerHTML = '<img src=x onerror=alert(1)>'),
      script: () => (document.createElement('script').src = '/assets/x.js'),
      worker: () => new Worker('/rt/sw.js'),
      shared: () => new SharedWorker('/rt/sw.js'),
      policy: () =>
        (
          globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }
        ).trustedTypes.createPolicy('another', {}),
    }
    const names = Object.keys(tries).filter((name) => {
      try {
        tries[name]?.()
        return false
      } catch {
        return true
      }
    })
    const registered = await navigator.serviceWorker.register('/rt/sw.js', { scope: '/rt/x/' }).then(
      () => false,
      () => true,
    )
    return registered ? [...names, 'service worker'] : names
  })
  expect(refused).toEqual(['markup', 'script', 'worker', 'shared', 'policy', 'service worker'])
})
