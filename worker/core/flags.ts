import * as v from 'valibot'
import { FLAG_DEFAULTS, FLAGS, type FlagName, type Flags, type RemoteFlags } from '../wire/flags.ts'

const NAMES = Object.keys(FLAGS) as FlagName[]
/** No server says anything for longer; what claims to was said under another clock. */
export const TTL_MAX_MS = 86_400_000

/** Of anything at all the flags it holds, each as it may be; the rest is passed over. */
export function knownFlags(said: unknown): Partial<Flags> {
  if (typeof said !== 'object' || said === null) return {}
  const values = said as Record<string, unknown>
  return Object.fromEntries(
    NAMES.filter((name) => v.is(FLAGS[name], values[name])).map((name) => [name, values[name]]),
  )
}

/** Default < what the server said, within its time < what the person at this browser says. */
export function resolveFlags(said: { remote: RemoteFlags | null; local: unknown; nowMs: number }): Flags {
  const leftMs = (said.remote?.until ?? 0) - said.nowMs
  const remote = leftMs > 0 && leftMs <= TTL_MAX_MS ? said.remote?.flags : null
  return { ...FLAG_DEFAULTS, ...knownFlags(remote), ...knownFlags(said.local) }
}
