import { readNumber, type NumberName } from './config-numbers.ts'
import { ConfigError } from './config-error.ts'
import type { RealtimeLimits } from './realtime/limits.ts'
import type { CallRates } from './http/call-limits.ts'
import { isBlock } from './http/remote.ts'
import type { PublishQuota } from './publish/publish-limits.ts'
import { NO_RULES, type ClientRules } from './telemetry/client-rules.ts'
import { parseClientRules } from './telemetry/read-client-rules.ts'

export { ConfigError } from './config-error.ts'

export interface Config {
  /** 0 lets the system pick a free one. */
  port: number
  host: string
  dataDir: string
  /** Null: the embedded store under `dataDir`. */
  databaseUrl: string | null
  /** Null: generated once and kept under `dataDir`. */
  authSecret: string | null
  /** Earlier ones, newest first: what they signed is still taken. */
  previousSecrets: readonly string[]
  /** Key of the hashed ids in the log. Null: generated once and kept under `dataDir`. */
  hashSecret: string | null
  accessTokenTtlS: number
  /** Null: the server-to-server endpoint is off. */
  publishApiKey: string | null
  publishQuota: PublishQuota
  /** Null: nobody reads the figures of all organisations. */
  operatorKey: string | null
  allowedOrigins: readonly string[]
  corsMaxAgeS: number
  /** Addresses and blocks of the proxies before us, whose word for who asks is taken. */
  trustedProxies: readonly string[]
  callRates: CallRates
  /** Sockets open at once; more are refused. */
  connectionsMax: number
  limits: RealtimeLimits
  /** How long held polls may take to end by themselves when the server is told to leave. */
  drainMs: number
  /** From then until it takes polls again: those it answers meanwhile are sent past it. */
  restartMs: number
  /** Share of sessions that report, 0 to 1. */
  telemetrySampleRate: number
  /** What clients are told of flags and sampling; the file in `dataDir` holds it where the variable is unset. */
  clientRules: ClientRules
  /** Which rules of it count: `NODE_ENV`. */
  environment: string
  legacyAllowed: boolean
  /** 0: counted in the store. */
  deployNumber: number
  /** Polls of pages of earlier deploys are refused; 0 for none. */
  retireDeploysBefore: number
  seedDemo: boolean
}

type Env = Record<string, string | undefined>

/** Longest time a healthy client stays away between two polls: its backoff at the cap. */
const CLIENT_PAUSE_MAX_MS = 60_000
const HOST_FORM = /^[A-Za-z0-9.:_-]{1,253}$/
const SECRET_LENGTH_MIN = 16

/**
 * Reads every variable of ours once; those of others are left alone. An empty value is an unset one, as in a `.env` file.
 * Throws `ConfigError` with one line that names the variable, the value and what it may be.
 */
export function readConfig(env: Env): { config: Config; warnings: string[] } {
  const number = (name: NumberName) => readNumber(name, env[name])
  if (env.REDIS_URL) {
    throw new ConfigError('REDIS_URL', env.REDIS_URL, 'unset: this build has only the in-memory broker', true)
  }
  const environment = env.NODE_ENV || 'production'
  const config: Config = {
    port: number('PORT'),
    host:
      readText(env, 'HOST', (value) => HOST_FORM.test(value), 'a host name or an IP address') ?? 'localhost',
    dataDir: env.DATA_DIR || './data',
    databaseUrl: readText(env, 'DATABASE_URL', isPostgresUrl, 'a postgres:// URL, or unset for SQLite', true),
    authSecret: readSecret(env, 'AUTH_SECRET'),
    previousSecrets: readSecrets(env, 'AUTH_SECRET_PREVIOUS'),
    hashSecret: readSecret(env, 'HASH_SECRET'),
    accessTokenTtlS: number('ACCESS_TOKEN_TTL_S'),
    publishApiKey: readSecret(env, 'PUBLISH_API_KEY'),
    publishQuota: {
      eventsPerS: number('PUBLISH_EVENTS_PER_S'),
      bytesPerS: number('PUBLISH_BYTES_PER_S'),
    },
    operatorKey: readSecret(env, 'OPERATOR_KEY'),
    allowedOrigins: readList(
      env,
      'ALLOWED_ORIGINS',
      isOrigin,
      'origins such as https://app.example.com, separated by commas',
    ),
    corsMaxAgeS: number('CORS_MAX_AGE_S'),
    trustedProxies: readList(
      env,
      'TRUSTED_PROXIES',
      isBlock,
      'addresses and CIDR blocks, with commas between them',
    ),
    callRates: { perSessionS: number('CALLS_PER_S_PER_SESSION'), perOrgS: number('CALLS_PER_S_PER_ORG') },
    connectionsMax: number('MAX_CONNECTIONS'),
    limits: {
      bufferEventsMax: number('MAX_BUFFER_SIZE'),
      eventTtlMs: number('EVENT_TTL_MS'),
      holdMs: number('LONG_POLL_TIMEOUT_MS'),
      waitersPerOrgMax: number('MAX_WAITERS_PER_ORG'),
      waitersPerNodeMax: number('MAX_WAITERS_PER_NODE'),
      orgIdleEvictMs: number('ORG_IDLE_EVICT_MS'),
    },
    drainMs: number('DRAIN_MS'),
    restartMs: number('RESTART_MS'),
    telemetrySampleRate:
      environment === 'development' && !env.TELEMETRY_SAMPLE_RATE ? 1 : number('TELEMETRY_SAMPLE_RATE'),
    clientRules: env.CLIENT_CONFIG ? parseClientRules('CLIENT_CONFIG', env.CLIENT_CONFIG) : NO_RULES,
    environment,
    legacyAllowed: readSwitch(env, 'ENABLE_LEGACY_FINANCE_EVENTS') ?? environment === 'development',
    deployNumber: number('DEPLOY_NUMBER'),
    retireDeploysBefore: number('RETIRE_DEPLOYS_BEFORE'),
    seedDemo: readSwitch(env, 'SEED_DEMO') ?? true,
  }
  return { config, warnings: contradictions(config, env) }
}

/** Only values somebody has set contradict each other: the defaults are a choice, told in the manual. */
function contradictions(config: Config, env: Env): string[] {
  const { limits, connectionsMax, operatorKey, publishApiKey } = config
  const warnings: string[] = []
  const neededMs = limits.holdMs + CLIENT_PAUSE_MAX_MS
  if ((env.EVENT_TTL_MS || env.LONG_POLL_TIMEOUT_MS) && limits.eventTtlMs < neededMs) {
    warnings.push(
      `EVENT_TTL_MS=${limits.eventTtlMs} is shorter than LONG_POLL_TIMEOUT_MS=${limits.holdMs} plus the longest client pause ` +
        `of ${CLIENT_PAUSE_MAX_MS} ms: clients that back off will meet gaps and refetch. ${neededMs} ms or more avoids it.`,
    )
  }
  if (limits.orgIdleEvictMs < limits.eventTtlMs) {
    warnings.push(
      `ORG_IDLE_EVICT_MS=${limits.orgIdleEvictMs} is shorter than EVENT_TTL_MS=${limits.eventTtlMs}: events of a quiet ` +
        'organisation go before their time.',
    )
  }
  if (limits.waitersPerNodeMax >= connectionsMax) {
    warnings.push(
      `MAX_WAITERS_PER_NODE=${limits.waitersPerNodeMax} leaves nothing of MAX_CONNECTIONS=${connectionsMax}: once as many polls ` +
        'are held, nobody can log in or write, and nobody is told to come back later. Six tenths of it are a good share.',
    )
  }
  if (operatorKey !== null && operatorKey === publishApiKey) {
    warnings.push(
      'OPERATOR_KEY and PUBLISH_API_KEY are the same: whoever may publish reads the figures of every organisation.',
    )
  }
  return warnings
}

function readText(
  env: Env,
  name: string,
  isGood: (value: string) => boolean,
  allowed: string,
  secret = false,
): string | null {
  const value = env[name]
  if (!value) return null
  if (!isGood(value)) throw new ConfigError(name, value, allowed, secret)
  return value
}

function readSecret(env: Env, name: string): string | null {
  const allowed = `at least ${SECRET_LENGTH_MIN} characters`
  return readText(env, name, (value) => value.length >= SECRET_LENGTH_MIN, allowed, true)
}

function readSecrets(env: Env, name: string): readonly string[] {
  const each = (env[name] ?? '')
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '')
  if (each.some((secret) => secret.length < SECRET_LENGTH_MIN))
    throw new ConfigError(
      name,
      env[name] ?? '',
      `secrets of at least ${SECRET_LENGTH_MIN} characters, with commas between them`,
      true,
    )
  return each
}

function readList(
  env: Env,
  name: string,
  isGood: (value: string) => boolean,
  allowed: string,
): readonly string[] {
  const each = (env[name] ?? '').split(',').map((one) => one.trim())
  const given = each.filter((one) => one !== '')
  const wrong = given.find((one) => !isGood(one))
  if (wrong !== undefined) throw new ConfigError(name, wrong, allowed)
  return given
}

function readSwitch(env: Env, name: string): boolean | null {
  const value = env[name]
  if (!value) return null
  if (value === '1' || value === 'true') return true
  if (value === '0' || value === 'false') return false
  throw new ConfigError(name, value, '0 or 1')
}

/** An origin as browsers send it: scheme, host and, unless it is the default, port; nothing after. */
function isOrigin(value: string): boolean {
  return URL.canParse(value) && /^https?:/.test(value) && new URL(value).origin === value
}

function isPostgresUrl(value: string): boolean {
  return URL.canParse(value) && /^postgres(?:ql)?:$/.test(new URL(value).protocol)
}
