/**
 * Where a login session stands on this device. `active`: signed in, as far as anybody knows; `degraded` and `offline`: the
 * last refresh met trouble at the server or on the way, and work goes on; `expired`: the server's word that a person has to
 * sign in; `signing-out`: over here, the server is being told; `logout-pending`: over here, and the server does not know yet.
 */
export type SessionState =
  | 'booting'
  | 'anonymous'
  | 'active'
  | 'refreshing'
  | 'degraded'
  | 'offline'
  | 'expired'
  | 'signing-out'
  | 'logout-pending'

export type SessionEvent =
  /** The store names nobody, or another runtime of the profile signed out. */
  | 'nobody'
  /** The store names somebody. */
  | 'restored'
  /** A person signed in. */
  | 'signed-in'
  | 'refresh-began'
  /** A token came, of our own refresh or from another runtime. */
  | 'granted'
  /** The server answered a refresh with trouble that passes. */
  | 'refused'
  /** Nothing of ours answered a refresh. */
  | 'unreachable'
  /** One of the five codes. */
  | 'expired'
  /** A person signed out here. */
  | 'sign-out'
  /** The server knows of the logout. */
  | 'told'
  /** The server could not be told of it; or a logout of an earlier run is still untold. */
  | 'untold'

type Row = Record<SessionEvent, SessionState>

/** Whoever signs in takes the place of whatever there was. */
const SOMEBODY = { restored: 'active', 'signed-in': 'active' } as const

const SIGNED_IN = {
  ...SOMEBODY,
  nobody: 'anonymous',
  'refresh-began': 'refreshing',
  granted: 'active',
  refused: 'degraded',
  unreachable: 'offline',
  expired: 'expired',
  'sign-out': 'signing-out',
} as const

/** Nobody to refresh or to expire: such an answer is late. */
const none = <S extends SessionState>(state: S) => ({
  'refresh-began': state,
  granted: state,
  refused: state,
  unreachable: state,
  expired: state,
})

/** Every state meets every event: what cannot happen, or comes too late, changes nothing. */
const NEXT: Record<SessionState, Row> = {
  booting: {
    ...SOMEBODY,
    ...none('booting'),
    nobody: 'anonymous',
    'sign-out': 'booting',
    told: 'booting',
    untold: 'logout-pending',
  },
  anonymous: {
    ...SOMEBODY,
    ...none('anonymous'),
    nobody: 'anonymous',
    'sign-out': 'anonymous',
    told: 'anonymous',
    untold: 'logout-pending',
  },
  // What an earlier session's logout comes to is no concern of this one.
  active: { ...SIGNED_IN, told: 'active', untold: 'active' },
  refreshing: { ...SIGNED_IN, told: 'refreshing', untold: 'refreshing' },
  degraded: { ...SIGNED_IN, told: 'degraded', untold: 'degraded' },
  offline: { ...SIGNED_IN, told: 'offline', untold: 'offline' },
  // Only a login leads out of it, and that is another session.
  expired: {
    ...SIGNED_IN,
    granted: 'expired',
    'refresh-began': 'expired',
    refused: 'expired',
    unreachable: 'expired',
    told: 'expired',
    untold: 'expired',
  },
  'signing-out': {
    ...SOMEBODY,
    ...none('signing-out'),
    nobody: 'signing-out',
    'sign-out': 'signing-out',
    told: 'anonymous',
    untold: 'logout-pending',
  },
  'logout-pending': {
    ...SOMEBODY,
    ...none('logout-pending'),
    nobody: 'logout-pending',
    'sign-out': 'logout-pending',
    told: 'anonymous',
    untold: 'logout-pending',
  },
}

export function nextSessionState(state: SessionState, event: SessionEvent): SessionState {
  return NEXT[state][event]
}
