import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resolveClientConfig, type ClientRules } from '../../server/telemetry/client-rules.ts'
import {
  CLIENT_RULES_FILE,
  keptClientRules,
  parseClientRules,
} from '../../server/telemetry/read-client-rules.ts'
import type { ClientConfig } from '../../worker/wire/flags.ts'
import { createTestServer } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'

const rules = (...all: unknown[]): ClientRules => parseClientRules('test', JSON.stringify({ rules: all }))
const at = (orgId = 'acme', environment = 'production') => ({ orgId, environment, sampleRate: 0.02 })
const orgs = Array.from({ length: 2000 }, (_, n) => `org-${n}`)

describe('what a client is told', () => {
  test('is the rate of the server and no flags, where no rule says anything', () => {
    expect(resolveClientConfig(rules(), at())).toMatchObject({
      flags: {},
      sampling: { rate: 0.02 },
      ttlS: 600,
    })
  })

  test('is what the last rule that fits says: by environment and by organisation', () => {
    const all = rules(
      { sampling: 0.1, flags: { 'banner.enabled': false } },
      { environments: ['staging'], sampling: 1 },
      { orgs: ['globex'], flags: { 'banner.enabled': true, 'derived.windowMs': 5000 } },
    )
    expect(resolveClientConfig(all, at())).toMatchObject({
      flags: { 'banner.enabled': false },
      sampling: { rate: 0.1 },
    })
    expect(resolveClientConfig(all, at('acme', 'staging')).sampling.rate).toBe(1)
    expect(resolveClientConfig(all, at('globex')).flags).toEqual({
      'banner.enabled': true,
      'derived.windowMs': 5000,
    })
  })

  test('a cohort is a share of the organisations, the same ones every time, and grows without losing any', () => {
    const inside = (to: number, name = '') =>
      orgs.filter(
        (org) =>
          resolveClientConfig(rules({ cohort: { name, from: 0, to }, sampling: 1 }), at(org)).sampling
            .rate === 1,
      )
    const ten = inside(10)
    expect(ten.length).toBeGreaterThan(150)
    expect(ten.length).toBeLessThan(250)
    expect(inside(10)).toEqual(ten)
    const twenty = new Set(inside(20))
    expect(ten.every((org) => twenty.has(org))).toBe(true)
    expect(inside(100)).toHaveLength(orgs.length)
    expect(inside(0)).toEqual([])
    expect(inside(10, 'another'), 'another name draws others').not.toEqual(ten)
  })

  test('has a rev that changes with what is said and with nothing else', () => {
    const rev = (...all: unknown[]) => resolveClientConfig(rules(...all), at()).rev
    expect(rev()).toBe(rev({ orgs: ['globex'], sampling: 1 }))
    expect(rev()).not.toBe(rev({ sampling: 1 }))
  })
})

describe('rules that are wrong', () => {
  test.each([
    ['no JSON', 'flags: {}'],
    ['a list', '[]'],
    ['an unknown key', '{"rule":[]}'],
    ['an unknown flag', '{"rules":[{"flags":{"leader.election":false}}]}'],
    ['the rate as a flag', '{"rules":[{"flags":{"telemetry.sampleRate":1}}]}'],
    ['a value out of range', '{"rules":[{"flags":{"derived.windowMs":1}}]}'],
    ['a rate above one', '{"rules":[{"sampling":2}]}'],
    ['a cohort past the end', '{"rules":[{"cohort":{"from":0,"to":101}}]}'],
    ['nobody', '{"rules":[{"orgs":[]}]}'],
  ])('%s: one line that names where they come from', (_, text) => {
    let message = ''
    try {
      parseClientRules('CLIENT_CONFIG', text)
    } catch (error) {
      message = String(error)
    }
    expect(message).toMatch(/^ConfigError: CLIENT_CONFIG=.* cannot be used: it must be JSON such as .+\.$/)
    expect(message).not.toContain('\n')
  })

  test('in the data folder stop the start; none there are no rules', () => {
    const path = tempFolder()
    expect(keptClientRules(path)).toEqual({ ttlS: 600, rules: [] })
    writeFileSync(join(path, CLIENT_RULES_FILE), '{"ttlS":30}')
    expect(keptClientRules(path).ttlS).toBe(30)
    writeFileSync(join(path, CLIENT_RULES_FILE), '{"ttlS":3}')
    expect(() => keptClientRules(path)).toThrow(/client-config\.json=.*"ttlS" is not/)
    mkdirSync(join(path, 'sub', CLIENT_RULES_FILE), { recursive: true })
    expect(() => keptClientRules(join(path, 'sub'))).toThrow(/can be read/)
  })
})

describe('GET /config/client', () => {
  test('is of the caller’s own organisation, and answers 304 to who knows it', async () => {
    const { org } = await (await start()).server.login('owner@globex.test')
    const { server, close } = await start(JSON.stringify({ rules: [{ orgs: [org.id], sampling: 0.5 }] }))
    const [acme, globex] = [await server.login(), await server.login('staff1@globex.test')]
    const get = (token: string, headers = {}) => server.request('/config/client', { token, headers })
    const first = await get(globex.token)
    const config = (await first.json()) as ClientConfig
    expect(config).toMatchObject({ sampling: { rate: 0.5 }, flags: {}, ttlS: 600 })
    expect(((await (await get(acme.token)).json()) as ClientConfig).sampling.rate).toBe(0.02)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toBe(`"${config.rev}"`)
    const again = await get(globex.token, { 'If-None-Match': etag })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect((await get(acme.token, { 'If-None-Match': etag })).status).toBe(200)
    await close()
  })

  test('asks for a token that has not run out', async () => {
    const { server, close } = await start()
    const { token } = await server.login()
    const code = async (init: object) =>
      ((await (await server.request('/config/client', init)).json()) as { code: string }).code
    expect(await code({})).toBe('auth_missing')
    await server.clock.advance(600_000)
    expect(await code({ token })).toBe('token_expired')
    await close()
  })

  test('the rate is 1 in development, unless it is set', async () => {
    const rate = async (env: Record<string, string>) => {
      const server = await createTestServer({ env })
      const { token } = await server.login()
      const config = (await (await server.request('/config/client', { token })).json()) as ClientConfig
      await server.close()
      return config.sampling.rate
    }
    expect(await rate({ NODE_ENV: 'development' })).toBe(1)
    expect(await rate({ NODE_ENV: 'development', TELEMETRY_SAMPLE_RATE: '0.3' })).toBe(0.3)
    expect(await rate({})).toBe(0.02)
  })
})

async function start(config = '') {
  const server = await createTestServer({ env: { CLIENT_CONFIG: config } })
  return { server, close: () => server.close() }
}
