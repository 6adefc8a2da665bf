import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig, type Config } from '../../server/config.ts'
import { NUMBERS, type NumberName } from '../../server/config-numbers.ts'

/** Per variable: a value it takes, what the configuration then holds, and values it refuses. */
const VARIABLES: [string, string, (config: Config) => unknown, unknown, string[]][] = [
  ['PORT', '0', (c) => c.port, 0, ['-1', '65536', '4e3', ' 4000', 'http', '0x10', '80.5']],
  ['HOST', '::1', (c) => c.host, '::1', ['http://localhost', 'a b']],
  ['DATA_DIR', '/srv/data', (c) => c.dataDir, '/srv/data', []],
  [
    'DATABASE_URL',
    'postgres://u:p@db/x',
    (c) => c.databaseUrl,
    'postgres://u:p@db/x',
    ['mysql://db/x', 'db'],
  ],
  ['REDIS_URL', '', () => null, null, ['redis://cache']],
  ['AUTH_SECRET', 'sixteen-letters!', (c) => c.authSecret, 'sixteen-letters!', ['short']],
  [
    'AUTH_SECRET_PREVIOUS',
    'sixteen-letters!,another of seventeen',
    (c) => c.previousSecrets,
    ['sixteen-letters!', 'another of seventeen'],
    ['short', 'sixteen-letters!,short'],
  ],
  ['ACCESS_TOKEN_TTL_S', '1', (c) => c.accessTokenTtlS, 1, ['0', '86401', '1.5', 'ten']],
  ['PUBLISH_API_KEY', 'a-key-of-sixteen', (c) => c.publishApiKey, 'a-key-of-sixteen', ['key']],
  ['OPERATOR_KEY', 'a-key-of-sixteen', (c) => c.operatorKey, 'a-key-of-sixteen', ['fifteen-letters']],
  [
    'ALLOWED_ORIGINS',
    'https://a.test, http://localhost:5173',
    (c) => c.allowedOrigins,
    ['https://a.test', 'http://localhost:5173'],
    ['*', 'a.test', 'https://a.test/', 'https://a.test/path', 'ftp://a.test'],
  ],
  ['MAX_BUFFER_SIZE', '1', (c) => c.limits.bufferEventsMax, 1, ['0', '100001']],
  ['EVENT_TTL_MS', '120000', (c) => c.limits.eventTtlMs, 120_000, ['99', '86400001']],
  ['LONG_POLL_TIMEOUT_MS', '500', (c) => c.limits.holdMs, 500, ['99', '120001']],
  ['MAX_WAITERS_PER_NODE', '3', (c) => c.limits.waitersPerNodeMax, 3, ['0', '10000001']],
  ['MAX_WAITERS_PER_ORG', '2', (c) => c.limits.waitersPerOrgMax, 2, ['0', '1000001']],
  ['ORG_IDLE_EVICT_MS', '60000', (c) => c.limits.orgIdleEvictMs, 60_000, ['99', '86400001']],
  ['CORS_MAX_AGE_S', '0', (c) => c.corsMaxAgeS, 0, ['-1', '86401']],
  ['TELEMETRY_SAMPLE_RATE', '0.5', (c) => c.telemetrySampleRate, 0.5, ['1.1', '-0.1', '.5.']],
  ['HASH_SECRET', 'sixteen-letters!', (c) => c.hashSecret, 'sixteen-letters!', ['short']],
  [
    'TRUSTED_PROXIES',
    '10.0.0.0/8, ::1',
    (c) => c.trustedProxies,
    ['10.0.0.0/8', '::1'],
    ['proxy', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '10.0.0/8'],
  ],
  ['CALLS_PER_S_PER_SESSION', '5', (c) => c.callRates.perSessionS, 5, ['0', '100001']],
  ['CALLS_PER_S_PER_ORG', '5', (c) => c.callRates.perOrgS, 5, ['0', '1000001']],
  ['MAX_CONNECTIONS', '9', (c) => c.connectionsMax, 9, ['0', '10000001']],
  ['PUBLISH_EVENTS_PER_S', '5', (c) => c.publishQuota.eventsPerS, 5, ['0', '100001']],
  ['PUBLISH_BYTES_PER_S', '2048', (c) => c.publishQuota.bytesPerS, 2048, ['1023', '1000000001']],
  ['ENABLE_LEGACY_FINANCE_EVENTS', '1', (c) => c.legacyAllowed, true, ['yes', '2']],
  ['DEPLOY_NUMBER', '12', (c) => c.deployNumber, 12, ['-1', '1.5', 'v2', '1000000001']],
  ['RETIRE_DEPLOYS_BEFORE', '3', (c) => c.retireDeploysBefore, 3, ['-1', 'all']],
  [
    'CLIENT_CONFIG',
    '{"ttlS":60}',
    (c) => c.clientRules,
    { ttlS: 60, rules: [] },
    ['60', '[]', '{"ttlS":1}', '{"flags":{}}', '{\n'],
  ],
  ['SEED_DEMO', '0', (c) => c.seedDemo, false, ['no', '2']],
]

describe.each(VARIABLES)('%s', (name, good, pick, expected, bad) => {
  test('is read', () => {
    expect(pick(readConfig({ [name]: good }).config)).toEqual(expected)
  })

  test.each(bad)('stops the start at %j with one line that names it', (value) => {
    const error = stopOf({ [name]: value })
    expect(error.message).toContain(`${name}=`)
    expect(error.message).toMatch(/it must be .+\.$/)
    expect(error.message).not.toContain('\n')
  })
})

test('the defaults are the documented ones', () => {
  expect(readConfig({})).toEqual({
    config: {
      port: 4000,
      host: 'localhost',
      dataDir: './data',
      databaseUrl: null,
      authSecret: null,
      previousSecrets: [],
      accessTokenTtlS: 600,
      hashSecret: null,
      publishApiKey: null,
      publishQuota: { eventsPerS: 100, bytesPerS: 131_072 },
      operatorKey: null,
      trustedProxies: [],
      callRates: { perSessionS: 100, perOrgS: 2000 },
      connectionsMax: 100_000,
      allowedOrigins: [],
      corsMaxAgeS: 7200,
      limits: {
        bufferEventsMax: 200,
        eventTtlMs: 25_000,
        holdMs: 25_000,
        waitersPerOrgMax: 5000,
        waitersPerNodeMax: 60_000,
        orgIdleEvictMs: 120_000,
      },
      telemetrySampleRate: 0.02,
      clientRules: { ttlS: 600, rules: [] },
      environment: 'production',
      legacyAllowed: false,
      deployNumber: 0,
      retireDeploysBefore: 0,
      seedDemo: true,
      drainMs: 25_000,
      restartMs: 5000,
    },
    warnings: [],
  })
})

test.each(Object.keys(NUMBERS) as NumberName[])('%s takes both ends of its range and names them', (name) => {
  const { min, max } = NUMBERS[name]
  for (const value of [min, max]) expect(() => readConfig({ [name]: String(value) })).not.toThrow()
  expect(stopOf({ [name]: 'x' }).message).toContain(`from ${min} to ${max}`)
})

test('an empty value is an unset one', () => {
  const empty = Object.fromEntries(VARIABLES.map(([name]) => [name, '']))
  expect(readConfig(empty)).toEqual(readConfig({}))
})

test('variables of others are left alone', () => {
  expect(readConfig({ PATH: '/bin', PORT_RANGE: 'x', npm_config_port: 'x' })).toEqual(readConfig({}))
})

test.each(['AUTH_SECRET', 'PUBLISH_API_KEY', 'OPERATOR_KEY', 'DATABASE_URL', 'REDIS_URL'])(
  'a bad %s is not repeated',
  (name) => {
    expect(stopOf({ [name]: 's3cret:pw' }).message).not.toContain('s3cret')
  },
)

test('a line break in a value stays on the one line', () => {
  expect(stopOf({ HOST: 'a\nb' }).message).not.toContain('\n')
})

test('events that outlive no poll start with a warning', () => {
  const { warnings } = readConfig({ EVENT_TTL_MS: '10000' })
  expect(warnings).toEqual([
    expect.stringContaining('EVENT_TTL_MS=10000 is shorter than LONG_POLL_TIMEOUT_MS=25000'),
  ])
  expect(readConfig({ EVENT_TTL_MS: '85000', LONG_POLL_TIMEOUT_MS: '25000' }).warnings).toEqual([])
})

test('held polls that leave no socket for anything else start with a warning', () => {
  const { warnings } = readConfig({ MAX_CONNECTIONS: '1000' })
  expect(warnings).toEqual([expect.stringContaining('MAX_WAITERS_PER_NODE=60000')])
  expect(readConfig({ MAX_CONNECTIONS: '1000', MAX_WAITERS_PER_NODE: '600' }).warnings).toEqual([])
})

test('events that are evicted before their time start with a warning', () => {
  const { warnings } = readConfig({ ORG_IDLE_EVICT_MS: '1000' })
  expect(warnings).toEqual([expect.stringContaining('ORG_IDLE_EVICT_MS=1000')])
})

test('one key for publishing and for the operator starts with a warning that does not repeat it', () => {
  const key = 'a key for everything'
  const { warnings } = readConfig({ OPERATOR_KEY: key, PUBLISH_API_KEY: key })
  expect(warnings).toEqual([expect.stringContaining('OPERATOR_KEY and PUBLISH_API_KEY are the same')])
  expect(warnings.join()).not.toContain(key)
  expect(readConfig({ OPERATOR_KEY: key, PUBLISH_API_KEY: `${key} else` }).warnings).toEqual([])
})

test('in development the retired endpoint answers unless it is switched off', () => {
  expect(readConfig({ NODE_ENV: 'development' }).config.legacyAllowed).toBe(true)
  const off = { NODE_ENV: 'development', ENABLE_LEGACY_FINANCE_EVENTS: '0' }
  expect(readConfig(off).config.legacyAllowed).toBe(false)
})

function stopOf(env: Record<string, string>): ConfigError {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('The start was not stopped.')
}
