import { createHash } from 'node:crypto'
import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import { expect, test } from 'vitest'
import * as event from '../../worker/wire/event.ts'
import * as finance from '../../worker/wire/finance.ts'
import * as flags from '../../worker/wire/flags.ts'
import * as goneRow from '../../worker/wire/gone-row.ts'
import * as headers from '../../worker/wire/headers.ts'
import * as problem from '../../worker/wire/problem.ts'
import * as relay from '../../worker/wire/relay.ts'
import * as session from '../../worker/wire/session.ts'
import * as subscribe from '../../worker/wire/subscribe.ts'
import * as tasks from '../../worker/wire/tasks.ts'
import * as telemetry from '../../worker/wire/telemetry.ts'
import { WIRE_HISTORY, WIRE_VERSION } from '../../worker/wire/version.ts'

const modules = {
  event,
  finance,
  flags,
  goneRow,
  headers,
  problem,
  relay,
  session,
  subscribe,
  tasks,
  telemetry,
}

/** Every exported schema as JSON Schema and every exported constant as itself, in a fixed order. */
function contract(): string {
  const parts = Object.entries(modules).flatMap(([file, exports]) =>
    Object.entries(exports)
      .filter(([, value]) => typeof value !== 'function')
      .map(([name, value]) => [`${file}.${name}`, describe(value)] as const),
  )
  return JSON.stringify(parts.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function describe(value: unknown): unknown {
  const isSchema = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema'
  return isSchema ? toJsonSchema(value as unknown as GenericSchema, { errorMode: 'ignore' }) : value
}

test('the contract changes only together with a line of history', () => {
  const fingerprint = createHash('sha256').update(contract()).digest('hex').slice(0, 16)
  expect(
    WIRE_HISTORY.at(-1)?.fingerprint,
    `The wire contract changed. Say what changed in a new line of WIRE_HISTORY in worker/wire/version.ts (or, while the
    version is not released, in the last one) with fingerprint '${fingerprint}', and raise WIRE_VERSION when old clients cannot live with it.`,
  ).toBe(fingerprint)
})

test('the version is the newest of its history and rises by one a line', () => {
  expect(WIRE_HISTORY.at(-1)?.version).toBe(WIRE_VERSION)
  WIRE_HISTORY.forEach((line, index) => expect(line.version).toBe(index + 1))
})
