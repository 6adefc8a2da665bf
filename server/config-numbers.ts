import { ConfigError } from './config-error.ts'

interface NumberRule {
  byDefault: number
  min: number
  max: number
  /** Word after the range: a unit, or what is counted. */
  unit: string
  whole: boolean
}

const DAY_S = 24 * 60 * 60
const DAY_MS = DAY_S * 1000

function whole(byDefault: number, min: number, max: number, unit: string): NumberRule {
  return { byDefault, min, max, unit, whole: true }
}

/** Every numeric variable with its default, range and unit. */
export const NUMBERS = {
  PORT: whole(4000, 0, 65_535, ''),
  ACCESS_TOKEN_TTL_S: whole(600, 1, DAY_S, 'seconds'),
  MAX_BUFFER_SIZE: whole(200, 1, 100_000, 'events'),
  EVENT_TTL_MS: whole(25_000, 100, DAY_MS, 'milliseconds'),
  DRAIN_MS: whole(25_000, 0, 600_000, 'milliseconds'),
  RESTART_MS: whole(5000, 0, 600_000, 'milliseconds'),
  LONG_POLL_TIMEOUT_MS: whole(25_000, 100, 120_000, 'milliseconds'),
  MAX_WAITERS_PER_ORG: whole(5000, 1, 1_000_000, 'polls'),
  MAX_WAITERS_PER_NODE: whole(60_000, 1, 10_000_000, 'polls'),
  ORG_IDLE_EVICT_MS: whole(120_000, 100, DAY_MS, 'milliseconds'),
  CORS_MAX_AGE_S: whole(7200, 0, DAY_S, 'seconds'),
  CALLS_PER_S_PER_SESSION: whole(100, 1, 100_000, 'calls'),
  CALLS_PER_S_PER_ORG: whole(2000, 1, 1_000_000, 'calls'),
  MAX_CONNECTIONS: whole(100_000, 1, 10_000_000, 'connections'),
  PUBLISH_EVENTS_PER_S: whole(100, 1, 100_000, 'events'),
  PUBLISH_BYTES_PER_S: whole(131_072, 1024, 1_000_000_000, 'bytes'),
  DEPLOY_NUMBER: whole(0, 0, 1_000_000_000, ''),
  RETIRE_DEPLOYS_BEFORE: whole(0, 0, 1_000_000_000, ''),
  TELEMETRY_SAMPLE_RATE: { byDefault: 0.02, min: 0, max: 1, unit: '', whole: false },
} satisfies Record<string, NumberRule>

export type NumberName = keyof typeof NUMBERS

/** Plain decimal digits only: `1e3`, `0x10` and ` 5` are typing errors more often than they are meant. */
const WHOLE_FORM = /^\d{1,12}$/
const DECIMAL_FORM = /^\d{1,12}(?:\.\d{1,12})?$/

/** The variable's number, or its default when it is unset or empty. Throws `ConfigError`. */
export function readNumber(name: NumberName, value: string | undefined): number {
  const rule: NumberRule = NUMBERS[name]
  if (!value) return rule.byDefault
  const number = (rule.whole ? WHOLE_FORM : DECIMAL_FORM).test(value) ? Number(value) : Number.NaN
  if (number >= rule.min && number <= rule.max) return number
  const kind = rule.whole ? 'a whole number' : 'a number'
  const unit = rule.unit === '' ? '' : ` ${rule.unit}`
  throw new ConfigError(name, value, `${kind} from ${rule.min} to ${rule.max}${unit}`)
}
