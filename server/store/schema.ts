import type { Generated } from 'kysely'
import type { TransactionStatus, TransactionType } from '../../worker/wire/finance.ts'
import type { Topic } from '../../worker/wire/event.ts'
import type { Role } from '../../worker/wire/session.ts'
import type { TaskStatus } from '../../worker/wire/tasks.ts'

/**
 * The tables, in column types that SQLite and PostgreSQL read alike: text, integers (`bigint` on PostgreSQL, read back as
 * numbers), JSON as text. Instants are milliseconds since the epoch, money is integer minor units, flags are 0 or 1.
 */
export interface Schema {
  orgs: { id: string; name: string; currency: string }
  properties: { id: string; orgId: string; name: string }
  users: {
    id: string
    orgId: string
    email: string
    name: string
    role: Role
    /** PHC string of argon2id. */
    passwordHash: string
    disabled: 0 | 1
  }
  /** Grants. Owners have a line for every property too, so that one query answers for everybody. */
  userProperties: { userId: string; propertyId: string }
  /** One login. Rotation keeps the counter of the newest cookie whose delivery is confirmed, and of its successor. */
  sessions: {
    sid: string
    /** Public handle: names the session to its own user and in a refresh, and opens nothing. */
    sh: string
    userId: string
    orgId: string
    deviceId: string | null
    /** Cut at 120 characters. */
    ua: string
    createdAt: number
    usedAt: number
    /** Absolute end. */
    expiresAt: number
    /** Counter of the newest cookie that was ever presented. */
    confirmed: number
    /** Counter of the newest cookie handed out; `confirmed` or one more. */
    issued: number
    /** When `issued` was first handed out. */
    issuedAt: number
    /** When `confirmed` was first presented: start of the grace in which its predecessor is still answered. */
    confirmedAt: number
    revokedAt: number | null
    revokedCode: string | null
  }
  /** How sessions ended; never changed, and forgotten after a year. */
  sessionAudit: {
    id: string
    at: number
    orgId: string
    userId: string
    sh: string
    kind: string
    /** Null in rows from before it was written down. */
    requestId: string | null
    /** Keyed hash of the remote address. */
    address: string | null
  }
  transactions: {
    id: string
    rev: number
    orgId: string
    propertyId: string
    type: TransactionType
    status: TransactionStatus
    amountMinor: number
    currency: string
    description: string
    occurredOn: string
    createdBy: string
    createdAt: number
    updatedAt: number
  }
  tasks: {
    id: string
    rev: number
    orgId: string
    propertyId: string
    title: string
    status: TaskStatus
    assigneeId: string | null
    dueOn: string | null
    createdBy: string
    createdAt: number
    updatedAt: number
  }
  /** Answers of writes, kept so that the same key gets the same answer. Key: (orgId, userId, key). */
  idempotency: {
    orgId: string
    userId: string
    key: string
    /** SHA-256 over method, path, If-Match and body: the same key with another request is told apart. */
    fingerprint: string
    status: number
    /** JSON. */
    body: string
    etag: string | null
    /** The write was laid over a row that had moved on. */
    merged: Generated<0 | 1>
    createdAt: number
  }
  /**
   * Every write that was ever applied, and so the history of every row; never changed, never removed. Key:
   * (orgId, userId, mutationId).
   */
  mutations: {
    orgId: string
    userId: string
    /** Its idempotency key. */
    mutationId: string
    /** As of the answer's record. */
    fingerprint: string
    topic: Topic
    rowId: string
    /** The rev it made. */
    rev: number
    status: 200 | 201
    /** JSON: each field it changed as it was before. Null where that was not written down. */
    before: string | null
    at: number
  }
  /** A build that was served, by the number of its deploy. */
  deploys: { number: number; fingerprint: string; startedAt: number }
  /** Transactional outbox: written with the row, published after the commit, deleted once the broker has it. */
  eventOutbox: {
    /** UUIDv7 = eventId; sorts by time. */
    id: string
    /** Order of the commit, made by the store. */
    position: Generated<number>
    orgId: string
    /** `NewEvent` as JSON. */
    event: string
    createdAt: number
  }
}
