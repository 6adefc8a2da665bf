import type { Role } from '../../worker/wire/session.ts'
import type { ProblemCode } from '../../worker/wire/problem.ts'

/** Whom a verified access token speaks for. Organisation and properties come from here and from nowhere else. */
export interface Caller {
  userId: string
  orgId: string
  role: Role
  /** Properties granted, in a fixed order; the same array instance for the same token. */
  properties: readonly string[]
  /** Internal session id; one login. */
  sid: string
  /** Wall-clock ms at which the token runs out. */
  expiresAt: number
}

export type AuthCode = Extract<
  ProblemCode,
  'auth_missing' | 'token_expired' | 'token_invalid' | 'session_revoked'
>

/** Reads an `Authorization` header. Never throws: trouble is a value. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller | AuthCode>
