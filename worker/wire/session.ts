import * as v from 'valibot'
import { Id, Instant } from './primitives.ts'

export const ROLES = ['owner', 'manager', 'staff'] as const
export type Role = (typeof ROLES)[number]

/** Roles that may approve and reject. */
export const APPROVER_ROLES: readonly Role[] = ['owner', 'manager']

export const LoginRequest = v.object({
  email: v.pipe(v.string(), v.trim(), v.maxLength(254), v.email('must be an e-mail address')),
  password: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  deviceId: v.optional(Id),
})
export type LoginRequest = v.InferOutput<typeof LoginRequest>

export const User = v.object({ id: Id, name: v.string(), email: v.string(), role: v.picklist(ROLES) })
export type User = v.InferOutput<typeof User>
export const Org = v.object({ id: Id, name: v.string() })
export type Org = v.InferOutput<typeof Org>
export const Property = v.object({ id: Id, name: v.string() })
export type Property = v.InferOutput<typeof Property>

/** Token fields shared by login and refresh. `expiresIn` is in seconds and relative: clients never compare clocks. */
const Grant = { accessToken: v.string(), expiresIn: v.number(), serverNow: Instant, sh: Id }

export const LoginAnswer = v.object({ user: User, org: Org, properties: v.array(Property), ...Grant })
export type LoginAnswer = v.InferOutput<typeof LoginAnswer>

/** `sh`, the public session handle, ties a refresh to its session: a late answer cannot bring back a logged-out user. */
export const RefreshRequest = v.object({ sh: Id })
export type RefreshRequest = v.InferOutput<typeof RefreshRequest>
export const RefreshAnswer = v.object({ ...Grant, userId: Id, orgId: Id })
export type RefreshAnswer = v.InferOutput<typeof RefreshAnswer>

export const LogoutRequest = v.object({ sh: Id, scope: v.optional(v.picklist(['this', 'all']), 'this') })
export type LogoutRequest = v.InferInput<typeof LogoutRequest>

/** `GET /auth/me`: who the token speaks for. */
export const MeAnswer = v.object({
  user: User,
  org: Org,
  properties: v.array(Property),
  session: v.object({ sh: Id, createdAt: Instant, expiresAt: Instant }),
})
export type MeAnswer = v.InferOutput<typeof MeAnswer>

/** `GET /api/people`: names of the organisation's users, for "who entered it". */
export const PeopleAnswer = v.object({
  people: v.array(v.object({ id: Id, name: v.string(), role: v.picklist(ROLES) })),
})
export type PeopleAnswer = v.InferOutput<typeof PeopleAnswer>
