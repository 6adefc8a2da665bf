import * as v from 'valibot'

const between = (min: number, max: number) =>
  v.pipe(v.number(), v.minValue(min, `must be at least ${min}`), v.maxValue(max, `must be at most ${max}`))

/**
 * Every flag with what it may be. That one runtime of a session leads is none: the server enforces it, and whoever
 * switched it off would only be refused.
 */
export const FLAGS = {
  /** Where the runtime lives. Read when a page attaches. */
  'runtime.host': v.picklist(['auto', 'shared-worker', 'tab']),
  /** The banner for what passes by itself. Of a session that has ended it always tells: only the person can help. */
  'banner.enabled': v.boolean(),
  /** Aggregates are fetched again at most once in so many ms during a burst. */
  'derived.windowMs': v.pipe(between(200, 60_000), v.safeInteger('must be a whole number')),
  /** Share of login sessions that report. */
  'telemetry.sampleRate': between(0, 1),
} as const
export type FlagName = keyof typeof FLAGS
export type Flags = { [Name in FlagName]: v.InferOutput<(typeof FLAGS)[Name]> }

export const FLAG_DEFAULTS: Flags = {
  'runtime.host': 'auto',
  'banner.enabled': true,
  'derived.windowMs': 1000,
  'telemetry.sampleRate': 0.02,
}

/**
 * `GET /config/client`. `flags` stays open on the way in: what a client does not know, or cannot use, it passes over.
 * `sampling.rate` is the remote value of `telemetry.sampleRate`.
 */
export const ClientConfig = v.object({
  flags: v.record(v.string(), v.unknown()),
  sampling: v.object({ rate: between(0, 1) }),
  /** How long it may be used without asking again. */
  ttlS: between(10, 86_400),
  /** Changes with any of the above; also the ETag. */
  rev: v.string(),
})
export type ClientConfig = v.InferOutput<typeof ClientConfig>

/** What the server last said, and until when it counts, wall-clock ms. */
export interface RemoteFlags {
  orgId: string
  flags: Record<string, unknown>
  until: number
}
