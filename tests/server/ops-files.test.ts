import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { collectDefaultMetrics } from 'prom-client'
import { expect, test } from 'vitest'
import { createTestServer } from '../support/server.ts'

const OPS = join(import.meta.dirname, '../../server/ops')
const NAME = /\b(?:rt|nodejs|process)_[a-z0-9_]+/g
const SERIES = /_(?:bucket|sum|count)$/

/** What a running process exports, by the name a query uses. */
async function exportedNames(): Promise<Set<string>> {
  const server = await createTestServer()
  collectDefaultMetrics({ register: server.registry })
  const text = await (await server.request('/metrics')).text()
  await server.close()
  return new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? ''))
}

test.each(['alerts.yml', 'dashboard.json'])('every figure that %s speaks of is exported', async (file) => {
  const exported = await exportedNames()
  const named = new Set(readFileSync(join(OPS, file), 'utf8').match(NAME))
  expect(named.size).toBeGreaterThan(5)
  const unknown = [...named].filter((name) => !exported.has(name) && !exported.has(name.replace(SERIES, '')))
  expect(unknown).toEqual([])
})

test('the dashboard shows every figure of the realtime part', async () => {
  const dashboard = readFileSync(join(OPS, 'dashboard.json'), 'utf8')
  const own = [...(await exportedNames())].filter((name) => name.startsWith('rt_'))
  const QUIET = ['rt_draining', 'rt_stalls_total', 'rt_orgs_active', 'rt_buffer_events']
  expect(own.filter((name) => !dashboard.includes(name) && !QUIET.includes(name))).toEqual([])
})
