import { expect, test } from 'vitest'
import { failure } from '../../worker/core/answer.ts'
import { judge, type Verdict } from '../../worker/core/outbox-reply.ts'
import { PROBLEM, PROBLEM_CODES, type ProblemCode } from '../../worker/wire/problem.ts'

/** What is right for each code of the closed list; a new code has to be put here. */
const EXPECTED: Record<ProblemCode, Verdict['is']> = {
  bad_request: 'rejected',
  bad_cursor: 'rejected',
  offset_gone: 'rejected',
  idempotency_key_required: 'rejected',
  actor_required: 'rejected',
  bad_credentials: 'signed-out',
  auth_missing: 'signed-out',
  token_expired: 'signed-out',
  token_invalid: 'signed-out',
  session_revoked: 'signed-out',
  session_expired: 'signed-out',
  refresh_reused: 'signed-out',
  refresh_invalid: 'signed-out',
  user_disabled: 'signed-out',
  forbidden: 'rejected',
  forbidden_topic: 'rejected',
  forbidden_property: 'rejected',
  bad_origin: 'rejected',
  actor_mismatch: 'parked',
  not_found: 'conflict',
  method_not_allowed: 'rejected',
  in_progress: 'again',
  session_mismatch: 'outage',
  invalid_state: 'conflict',
  legacy_gone: 'rejected',
  build_retired: 'parked',
  conflict: 'conflict',
  too_large: 'rejected',
  unsupported_media_type: 'rejected',
  validation_failed: 'rejected',
  key_reused: 'parked',
  precondition_required: 'rejected',
  rate_limited: 'outage',
  internal: 'again',
  overloaded: 'outage',
  broker_down: 'outage',
}

test.each(PROBLEM_CODES)('[OB06] %s', (code) => {
  expect(judge(failure(code, { status: PROBLEM[code] })).is).toBe(EXPECTED[code])
})

test.each([
  ['network', 0, 'outage'],
  ['timeout', 0, 'outage'],
  ['link_lost', 0, 'outage'],
  ['signed_out', 401, 'signed-out'],
  ['bad_answer', 200, 'again'],
] as const)('[OB06] %s is no word of the server', (code, status, expected) => {
  expect(judge(failure(code, { status })).is).toBe(expected)
})

test('[OB06] a 2xx of ours confirms', () => {
  const answer = { ok: true, value: { status: 200, headers: {}, body: { rev: 2 } } } as const
  expect(judge(answer)).toEqual({ is: 'settled', row: { rev: 2 }, gone: false })
  const gone = { ...answer, value: { ...answer.value, headers: { 'rt-gone': '1' } } }
  expect(judge(gone)).toMatchObject({ is: 'settled', gone: true })
})

test('[OB08] trouble of the server counts against a write, a write under way and a garbled answer do not', () => {
  expect(judge(failure('internal', { status: 500 }))).toMatchObject({ isBlamed: true })
  expect(judge(failure('in_progress', { status: 409 }))).toMatchObject({ isBlamed: false })
  expect(judge(failure('bad_answer', { status: 200 }))).toMatchObject({ isBlamed: false })
})
