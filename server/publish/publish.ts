import { Hono, type Context } from 'hono'
import { EVENT_TYPES, TOPICS, type NewEvent, type Topic } from '../../worker/wire/event.ts'
import {
  PUBLISH_EVENTS_MAX,
  PUBLISH_PATH,
  PublishRequest,
  type PublishAnswer,
} from '../../worker/wire/publish.ts'
import type { Clock } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { bearerText } from '../http/bearer-text.ts'
import { HttpProblem } from '../http/problem.ts'
import { readBody } from '../http/read-body.ts'
import { refuseCaller } from '../http/require-caller.ts'
import { isSameSecret } from '../http/same-secret.ts'
import type { Broker } from '../realtime/broker.ts'
import { formatCursor } from '../realtime/cursor.ts'
import { EVENT_BYTES_MAX } from '../realtime/limits.ts'
import type { Store } from '../store/open-store.ts'
import { createPublishLimits, type PublishQuota } from './publish-limits.ts'

const BROKER_RETRY_S = 2

/**
 * Lets another server of the operator tell of what it changed. The key opens every organisation, so each event is held
 * against the organisation it names: a property of another one would be told to strangers. Without a key there is no such
 * endpoint.
 */
export function createPublish(deps: {
  publishApiKey: string | null
  publishQuota: PublishQuota
  broker: Pick<Broker, 'publish'>
  store: Pick<Store, 'db'>
  clock: Clock
}): Hono<AppEnv> {
  const { publishApiKey: apiKey, publishQuota: quota, broker, clock } = deps
  const limits = createPublishLimits(deps)
  const routes = new Hono<AppEnv>()
  if (apiKey === null) return routes

  function requireKey(c: Context<AppEnv>, key: string): void {
    const authorization = c.req.header('authorization')
    if (authorization === undefined) throw refuseCaller('auth_missing')
    const given = bearerText(authorization)
    if (given === null || !isSameSecret(given, key)) throw refuseCaller('token_invalid')
  }

  async function requireOwnProperties({ orgId, events }: PublishRequest): Promise<void> {
    const own = await deps.store.db.selectFrom('properties').select('id').where('orgId', '=', orgId).execute()
    const known = new Set(own.map(({ id }) => id))
    const message = 'is not a property of this organisation'
    const issues = events.flatMap(({ propertyId }, index) =>
      known.has(propertyId) ? [] : [{ path: `events.${index}.propertyId`, message }],
    )
    if (issues.length > 0) throw new HttpProblem('validation_failed', { issues })
  }

  async function publish(c: Context<AppEnv>, topic: Topic): Promise<Response> {
    requireKey(c, apiKey ?? '')
    const request = await readBody(c, PublishRequest)
    checkEvents(request, topic)
    await requireOwnProperties(request)
    const at = clock.now()
    const { orgId } = request
    const shared = { topic, orgId, at, requestId: c.get('requestId') }
    const events: NewEvent[] = request.events.map((event) => ({ ...event, ...shared }))
    const bytes = bytesOf(events)
    const retryAfterS = limits.take(orgId, events.length, bytes)
    if (retryAfterS !== null) {
      const detail =
        `An organisation may be told ${quota.eventsPerS} events and ${quota.bytesPerS} bytes a second. Wait, then send ` +
        'the same batch again: nothing of it was published.'
      throw new HttpProblem('rate_limited', { retryAfterS, detail })
    }
    const published = await broker.publish(orgId, events).catch(() => {
      const detail =
        'The feeds take nothing now. Send the same batch again: an event that is known is told once.'
      throw new HttpProblem('broker_down', { retryAfterS: BROKER_RETRY_S, detail })
    })
    c.set(
      'eventIds',
      events.map(({ eventId }) => eventId),
    )
    const { accepted, duplicates } = published
    return c.json({ accepted, duplicates, cursor: formatCursor(published.at) } satisfies PublishAnswer, 202)
  }

  for (const topic of TOPICS) routes.post(`/${topic}${PUBLISH_PATH}`, (c) => publish(c, topic))
  return routes
}

/** Throws `too_large` or `validation_failed`. */
function checkEvents({ orgId, events }: PublishRequest, topic: Topic): void {
  if (events.length > PUBLISH_EVENTS_MAX) {
    const detail = `A batch may hold ${PUBLISH_EVENTS_MAX} events; this one holds ${events.length}. Send it in parts.`
    throw new HttpProblem('too_large', { detail })
  }
  const types: readonly string[] = EVENT_TYPES[topic]
  const issues: { path: string; message: string }[] = []
  for (const [index, event] of events.entries()) {
    const path = `events.${index}`
    const { data, propertyId } = event
    const bytes = bytesOf(data)
    if (bytes > EVENT_BYTES_MAX / 2) {
      const detail = `"${path}.data" has ${bytes} bytes; ${EVENT_BYTES_MAX / 2} are allowed. Send the row without its long texts.`
      throw new HttpProblem('too_large', { detail })
    }
    if (!types.includes(event.type))
      issues.push({ path: `${path}.type`, message: `is none of ${types.join(', ')}` })
    if ('orgId' in data && data.orgId !== orgId)
      issues.push({ path: `${path}.data.orgId`, message: 'is not the organisation of this batch' })
    if ('propertyId' in data && data.propertyId !== propertyId)
      issues.push({ path: `${path}.data.propertyId`, message: 'is not the property of this event' })
  }
  if (issues.length > 0) throw new HttpProblem('validation_failed', { issues })
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
