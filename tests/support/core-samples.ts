import type { EventEnvelope } from '../../worker/wire/event.ts'
import type { SessionView } from '../../worker/wire/port.ts'
import type { LoginAnswer, RefreshAnswer } from '../../worker/wire/session.ts'
import type { SubscribeAnswer } from '../../worker/wire/subscribe.ts'

export const TTL_S = 600

export function anEvent(seq: number, parts: Partial<EventEnvelope> = {}): EventEnvelope {
  return {
    seq,
    eventId: `event-${seq}`,
    type: 'transaction.created',
    topic: 'finance',
    orgId: 'acme',
    propertyId: 'harbour',
    at: 1_700_000_000_000,
    data: {},
    ...parts,
  }
}

/** Somebody of the organisation; `sh` names the login. */
export function aView(sh = 'sh1', userId = 'ada'): SessionView {
  return {
    sh,
    user: { id: userId, name: userId, email: `${userId}@acme.test`, role: 'owner' },
    org: { id: 'acme', name: 'Acme' },
    properties: [{ id: 'harbour', name: 'Harbour' }],
  }
}

export function aGrant(accessToken: string, parts: Partial<RefreshAnswer> = {}): RefreshAnswer {
  return {
    accessToken,
    expiresIn: TTL_S,
    serverNow: 0,
    sh: 'sh1',
    userId: 'ada',
    orgId: 'acme',
    ...parts,
  }
}

export function aLogin(accessToken: string, view = aView(), expiresIn = TTL_S): LoginAnswer {
  return { ...view, accessToken, expiresIn, serverNow: 0 }
}

/** An answer of the long poll: nothing happened until `cursor`, unless `parts` says otherwise. */
export function anAnswer(cursor: string, parts: Partial<SubscribeAnswer> = {}): SubscribeAnswer {
  return {
    v: 1,
    outcome: parts.events ? 'events' : 'timeout',
    cursor,
    events: [],
    more: false,
    gap: null,
    retry: { afterMs: 0, reason: 'ok' },
    auth: { expiresInMs: 500_000, refresh: 'none' },
    drain: false,
    heldMs: 0,
    ...parts,
  }
}
