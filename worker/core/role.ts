import type { RuntimeRole } from '../wire/port.ts'

/**
 * What a runtime is to its session. `draining`: it has told that another leads next, and is about to let go;
 * `retired`: the server serves its build no more, so it follows for its tabs and never leads.
 */
export type Role = 'follower' | 'leader' | 'draining' | 'retired'

export type RoleEvent =
  /** The lock is ours. */
  | 'granted'
  /** A runtime that goes first asked for the leadership. */
  | 'asked'
  /** What we knew was told; the lock is free. */
  | 'drained'
  /** The server said that another polls, at a higher generation. */
  | 'superseded'
  /** Another took the lock from us. */
  | 'stolen'
  /** Something nobody foresaw, or a poll loop that stood still. */
  | 'fault'
  /** The server said that it serves this build no more. */
  | 'build_retired'
  /** A page of a newer deploy attached to a runtime that was retired: a rollback brought this build back. */
  | 'redeployed'

/** Every role meets every event: what cannot happen, or comes too late, changes nothing. */
const NEXT: Record<Role, Record<RoleEvent, Role>> = {
  follower: {
    granted: 'leader',
    asked: 'follower',
    drained: 'follower',
    superseded: 'follower',
    stolen: 'follower',
    fault: 'follower',
    build_retired: 'retired',
    redeployed: 'follower',
  },
  leader: {
    granted: 'leader',
    asked: 'draining',
    drained: 'follower',
    superseded: 'follower',
    stolen: 'follower',
    fault: 'follower',
    build_retired: 'retired',
    redeployed: 'leader',
  },
  draining: {
    granted: 'draining',
    asked: 'draining',
    drained: 'follower',
    superseded: 'follower',
    stolen: 'follower',
    fault: 'follower',
    build_retired: 'retired',
    redeployed: 'draining',
  },
  retired: {
    granted: 'retired',
    asked: 'retired',
    drained: 'retired',
    superseded: 'retired',
    stolen: 'retired',
    fault: 'retired',
    build_retired: 'retired',
    redeployed: 'follower',
  },
}

export function nextRole(role: Role, event: RoleEvent): Role {
  return NEXT[role][event]
}

/** What tabs are told: only one that polls leads. */
export function shownRole(role: Role): RuntimeRole {
  return role === 'leader' ? 'leader' : 'follower'
}
