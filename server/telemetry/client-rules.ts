import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { FLAGS, type ClientConfig, type Flags } from '../../worker/wire/flags.ts'

const Percent = v.pipe(
  v.number(),
  v.minValue(0, 'must be at least 0'),
  v.maxValue(100, 'must be at most 100'),
)
const Names = v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.minLength(1, 'must name one'))
const { 'telemetry.sampleRate': Rate, ...remoteFlags } = FLAGS

const Rule = v.strictObject({
  /** Absent conditions are met; a rule without any is for everybody. */
  environments: v.optional(Names),
  orgs: v.optional(Names),
  /**
   * Organisations whose place from 0 to 100, drawn from their id, is in `[from, to)`; another `name` draws other places.
   */
  cohort: v.optional(v.strictObject({ name: v.optional(v.string(), ''), from: Percent, to: Percent })),
  flags: v.optional(v.partial(v.strictObject(remoteFlags))),
  sampling: v.optional(Rate),
})

/** What an operator writes down; of two rules that say something of one flag the later one counts. */
export const ClientRules = v.strictObject({
  ttlS: v.optional(v.pipe(v.number(), v.minValue(10, 'must be at least 10'), v.maxValue(86_400)), 600),
  rules: v.optional(v.array(Rule), []),
})
export type ClientRules = v.InferOutput<typeof ClientRules>
export const NO_RULES: ClientRules = v.parse(ClientRules, {})

/** What clients of this organisation are told, here. The same question has the same answer at every process. */
export function resolveClientConfig(
  { ttlS, rules }: ClientRules,
  where: { environment: string; orgId: string; sampleRate: number },
): ClientConfig {
  let flags: Partial<Flags> = {}
  let rate = where.sampleRate
  for (const rule of rules) {
    if (rule.environments && !rule.environments.includes(where.environment)) continue
    if (rule.orgs && !rule.orgs.includes(where.orgId)) continue
    if (rule.cohort && !isInCohort(rule.cohort, where.orgId)) continue
    flags = { ...flags, ...(rule.flags as Partial<Flags> | undefined) }
    rate = rule.sampling ?? rate
  }
  const said = { flags, sampling: { rate }, ttlS }
  const rev = createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16)
  return { ...said, rev }
}

function isInCohort(cohort: { name: string; from: number; to: number }, orgId: string): boolean {
  const place =
    (createHash('sha256').update(`${cohort.name}:${orgId}`).digest().readUInt32BE() / 2 ** 32) * 100
  return place >= cohort.from && place < cohort.to
}
