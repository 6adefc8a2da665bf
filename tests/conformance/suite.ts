import { CURSOR_RULES } from './cursor-rules.ts'
import { ENVELOPE_RULES } from './envelope-rules.ts'
import { ERROR_RULES } from './error-rules.ts'
import { HOLD_RULES } from './hold-rules.ts'
import { Skipped, type Rule, type World } from './rule.ts'
import { SCOPE_RULES } from './scope-rules.ts'
import { createTarget, type TargetOptions } from './target.ts'

export const RULES: readonly Rule[] = [
  ...ENVELOPE_RULES,
  ...ERROR_RULES,
  ...CURSOR_RULES,
  ...HOLD_RULES,
  ...SCOPE_RULES,
]

export interface Verdict {
  id: string
  result: 'pass' | 'fail' | 'skip'
  /** The line that is printed. */
  line: string
}

/** Looks at one rule after another; `told` hears each verdict as it falls. `only` are ids. */
export async function runSuite(
  options: TargetOptions,
  told: (verdict: Verdict) => void = () => {},
  only?: readonly string[],
): Promise<Verdict[]> {
  const target = createTarget(options)
  const world: World = { target, me: await target.signIn() }
  const verdicts: Verdict[] = []
  for (const rule of RULES) {
    if (only && !only.includes(rule.id)) continue
    const verdict = await judge(rule, world)
    verdicts.push(verdict)
    told(verdict)
  }
  return verdicts
}

async function judge({ id, says, check }: Rule, world: World): Promise<Verdict> {
  try {
    await check(world)
    return { id, result: 'pass', line: `pass ${id} ${says}` }
  } catch (error) {
    if (error instanceof Skipped) return { id, result: 'skip', line: `skip ${id} ${says}: ${error.message}` }
    const why = error instanceof Error ? error.message : String(error)
    return { id, result: 'fail', line: `FAIL ${id} ${says}: ${why}` }
  }
}
