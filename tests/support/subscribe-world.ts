import { Registry } from 'prom-client'
import { createPollMeter } from '../../server/ops/poll-meter.ts'
import * as v from 'valibot'
import { expect } from 'vitest'
import { createMemoryBroker } from '../../server/realtime/memory-broker.ts'
import { createRealtime } from '../../server/realtime/realtime.ts'
import type { AuthCode, Caller } from '../../server/session/caller.ts'
import type { NewEvent } from '../../worker/wire/event.ts'
import { Problem } from '../../worker/wire/problem.ts'
import { SubscribeAnswer } from '../../worker/wire/subscribe.ts'
import { createVirtualClock } from './virtual-clock.ts'

export const LIMITS = {
  bufferEventsMax: 200,
  eventTtlMs: 25_000,
  holdMs: 25_000,
  waitersPerOrgMax: 2,
  waitersPerNodeMax: 3,
  orgIdleEvictMs: 120_000,
}
export const TOKEN_MS = 600_000
export const PATH = '/realtime/subscribe?p=poller-0001'

/** The realtime part over HTTP, with tokens that say themselves whom they speak for. */
export function createSubscribeWorld(legacyAllowed = false, retireDeploysBefore = 0) {
  const clock = createVirtualClock()
  const lines: { message: string; fields: Record<string, unknown> }[] = []
  const random = { fraction: () => 0.5, id: (length: number) => 'x'.repeat(length) }
  const broker = createMemoryBroker({ clock, random, limits: LIMITS })
  const bornAt = clock.now()
  /** A token of these tests says who it speaks for: `org/session/properties`, or is a code. */
  async function authenticate(authorization: string | undefined): Promise<Caller | AuthCode> {
    if (!authorization) return 'auth_missing'
    const token = authorization.replace('Bearer ', '')
    if (token === 'token_expired' || token === 'token_invalid' || token === 'session_revoked') return token
    const [orgId = '', sid = '', properties = ''] = token.split('/')
    return {
      userId: 'u1',
      orgId,
      role: 'owner',
      sid,
      properties: properties.split(','),
      expiresAt: bornAt + TOKEN_MS,
    }
  }
  const realtime = createRealtime({
    meter: createPollMeter([new Registry()]),
    broker,
    authenticate,
    clock,
    random,
    limits: LIMITS,
    legacyAllowed,
    retireDeploysBefore,
    log: (_, message, fields = {}) => lines.push({ message, fields }),
    allowedOrigins: ['https://app.example'],
    callLimits: { takePoll: () => null },
  })
  let serial = 0
  return {
    clock,
    lines,
    realtime,
    broker,
    get: (path: string, token: string | null, headers: Record<string, string> = {}, signal?: AbortSignal) =>
      realtime.routes.request(path, {
        headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers },
        ...(signal ? { signal } : {}),
      }),
    publish: (orgId: string, propertyId: string, topic = 'finance') => {
      const eventId = `n${(serial += 1)}`
      const made: NewEvent = {
        eventId,
        type: 'transaction.created',
        topic,
        orgId,
        propertyId,
        at: clock.now(),
        data: { id: eventId },
      }
      return broker.publish(orgId, [made])
    },
  }
}

export const read = async (reply: Response) => v.parse(SubscribeAnswer, await reply.json())
export async function code(reply: Response): Promise<string> {
  expect(reply.headers.get('content-type')).toBe('application/problem+json')
  const problem = v.parse(Problem, await reply.json())
  expect(problem.status).toBe(reply.status)
  return `${reply.status} ${problem.code}`
}
