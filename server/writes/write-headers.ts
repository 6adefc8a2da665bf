import type { Context } from 'hono'
import * as v from 'valibot'
import { HEADER } from '../../worker/wire/headers.ts'
import { Uuid } from '../../worker/wire/primitives.ts'
import type { AppEnv } from '../http/app-env.ts'
import { HttpProblem } from '../http/problem.ts'

/** RFC 9110 §8.8.3, strong and ours: a rev in quotes. */
const ETAG = /^"([1-9]\d{0,14})"$/
const DEPLOY = /^\d{1,10}$/
/** More writes than a person makes to one row before the first of them is through. */
const AFTER_MAX = 50

/** The write's idempotency key in its canonical form. Throws `idempotency_key_required`. */
export function keyOf(c: Context<AppEnv>): string {
  const key = c.req.header(HEADER.idempotencyKey)
  if (key !== undefined && v.is(Uuid, key)) return key.toLowerCase()
  const detail = `Send ${HEADER.idempotencyKey}: <UUID>, made with the write and kept through its retries.`
  throw new HttpProblem('idempotency_key_required', { detail })
}

/** Throws `actor_required` or `actor_mismatch`: a write queued by one person is never applied as another. */
export function requireActor(c: Context<AppEnv>): void {
  const actor = c.req.header(HEADER.actor)
  if (actor === undefined) {
    const detail = `Send ${HEADER.actor}: <userId>, the user who made the write.`
    throw new HttpProblem('actor_required', { detail })
  }
  if (actor === c.get('caller').userId) return
  const detail = 'The write was made by another user than the one signed in. Nothing was applied.'
  throw new HttpProblem('actor_mismatch', { detail })
}

/** The rev an update was made on. Throws `precondition_required` or `bad_request`. */
export function revOf(c: Context<AppEnv>): number {
  const text = c.req.header('if-match')
  if (text === undefined) {
    throw new HttpProblem('precondition_required', { detail: 'Send If-Match: "<rev>" of the row you saw.' })
  }
  const [, rev] = ETAG.exec(text.trim()) ?? []
  if (rev === undefined)
    throw new HttpProblem('bad_request', { detail: 'If-Match must be a rev in quotes, like "3".' })
  return Number(rev)
}

/** The writer's own writes this one was made on top of. Throws `bad_request`. */
export function afterOf(c: Context<AppEnv>): readonly string[] {
  const text = c.req.header(HEADER.after)
  if (text === undefined) return []
  const keys = text.split(',').map((key) => key.trim().toLowerCase())
  if (keys.length <= AFTER_MAX && keys.every((key) => v.is(Uuid, key))) return keys
  const detail = `${HEADER.after} takes up to ${AFTER_MAX} keys of writes, separated by commas.`
  throw new HttpProblem('bad_request', { detail })
}

/**
 * Throws `build_retired` for a page whose build is served no more: it may write what is not understood here any more. The
 * key stays unused, so that the page that takes its place can send the same write.
 */
export function refuseRetired(c: Context<AppEnv>, retireDeploysBefore: number): void {
  const text = c.req.header(HEADER.deploy)
  if (text === undefined) return
  if (!DEPLOY.test(text))
    throw new HttpProblem('bad_request', { detail: `"${HEADER.deploy}" must be a whole number.` })
  if (Number(text) >= retireDeploysBefore) return
  const detail = 'This page is of a build that is served no more. Reload it; the write stays good.'
  throw new HttpProblem('build_retired', { detail })
}
