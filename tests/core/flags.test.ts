import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { knownFlags, resolveFlags } from '../../worker/core/flags.ts'
import { FLAG_DEFAULTS, FLAGS, type FlagName } from '../../worker/wire/flags.ts'

const remote = (flags: Record<string, unknown>, until = 1000) => ({ flags, until, orgId: 'acme' })
const NAMES = Object.keys(FLAGS) as FlagName[]

test('[TM09] with nothing said every flag is its default, which is one of its values', () => {
  expect(resolveFlags({ remote: null, local: null, nowMs: 0 })).toEqual(FLAG_DEFAULTS)
  for (const name of NAMES) expect(v.is(FLAGS[name], FLAG_DEFAULTS[name])).toBe(true)
})

test('[TM09] local goes before remote, and remote before the default', () => {
  const said = { 'banner.enabled': false, 'derived.windowMs': 5000 }
  expect(resolveFlags({ remote: remote(said), local: null, nowMs: 0 })).toEqual({ ...FLAG_DEFAULTS, ...said })
  const local = { 'derived.windowMs': 300, 'runtime.host': 'tab' }
  expect(resolveFlags({ remote: remote(said), local, nowMs: 0 })).toEqual({
    ...FLAG_DEFAULTS,
    ...said,
    ...local,
  })
})

test('[TM09] what the server said ends with its time, and one of a clock that was set back does not count', () => {
  const said = remote({ 'banner.enabled': false }, 1000)
  const at = (nowMs: number) => resolveFlags({ remote: said, local: null, nowMs })['banner.enabled']
  expect([at(0), at(999), at(1000), at(5000), at(-86_400_000)]).toEqual([false, false, true, true, true])
})

test('[TM09] whatever is said, every flag has a value it may have', () => {
  const values = fc.oneof(fc.anything(), fc.constantFrom('tab', 'auto', true, false, 0, 1, 200, 60_000, 0.5))
  const said = fc.oneof(fc.anything(), fc.record(Object.fromEntries(NAMES.map((name) => [name, values]))))
  fc.assert(
    fc.property(said, said, (far, local) => {
      const flags = resolveFlags({ remote: remote(far as Record<string, unknown>), local, nowMs: 0 })
      expect(Object.keys(flags).toSorted()).toEqual(NAMES.toSorted())
      for (const name of NAMES) expect(v.is(FLAGS[name], flags[name])).toBe(true)
    }),
  )
})

test.each([
  ['the wrong type', { 'banner.enabled': 'false', 'derived.windowMs': '300' }],
  ['out of range', { 'derived.windowMs': 199, 'telemetry.sampleRate': 1.1 }],
  ['an unknown value', { 'runtime.host': 'service-worker' }],
  ['an unknown name', { 'leader.election': false }],
  ['no object', 'tab'],
])('[TM09] %s is passed over', (_, said) => {
  expect(knownFlags(said)).toEqual({})
})
