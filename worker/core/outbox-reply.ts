import { HEADER, HEADER_MARK } from '../wire/headers.ts'
import type { ApiResponse, Result } from '../wire/port.ts'
import type { OutboxState } from '../wire/outbox.ts'
import type { Failure } from './answer.ts'

/** What an answer means for the write it answers. */
export type Verdict =
  /** `gone`: it was applied once, and its row is there no more. */
  | { is: 'settled'; row: unknown; gone: boolean }
  /** Nothing goes through: every write waits, and none is to blame. */
  | { is: 'outage'; failure: Failure }
  /** This one goes again with the same key. `isBlamed`: it counts against it. */
  | { is: 'again'; failure: Failure; isBlamed: boolean }
  /** A person has to sign in; the write stays as it is. */
  | { is: 'signed-out'; failure: Failure }
  | { is: Exclude<OutboxState, 'queued'>; failure: Failure }

/** No answer of ours came, or one that says "not now" whatever is asked. */
const OUTAGE: readonly string[] = [
  'network',
  'timeout',
  'link_lost',
  'rate_limited',
  'overloaded',
  'broker_down',
  // Of a refresh: another login of this browser has the cookie, and the store is being read.
  'session_mismatch',
]
/** The same write is being worked on, or its answer was garbled on the way. */
const NOT_ITS_FAULT: readonly string[] = ['in_progress', 'bad_answer']
/** The row it was made on has changed, or gone, or is past it. */
const CONFLICT: readonly string[] = ['conflict', 'invalid_state', 'not_found']
/** Ours to put right: nothing a person enters differently would help. */
const PARKED: readonly string[] = ['actor_mismatch', 'key_reused', 'build_retired']

/**
 * The table of answers. Only a 2xx of ours confirms: a captive portal's page is an outage (`readAnswer` knows it by the
 * missing mark). What is not known here stays and waits for a person, for nothing is ever dropped.
 */
export function judge(result: Result<ApiResponse>): Verdict {
  if (result.ok) {
    const { body, headers } = result.value
    return { is: 'settled', row: body, gone: headers[HEADER.gone.toLowerCase()] === HEADER_MARK }
  }
  const { code, status } = result
  if (code === 'signed_out' || status === 401) return { is: 'signed-out', failure: result }
  if (OUTAGE.includes(code)) return { is: 'outage', failure: result }
  if (NOT_ITS_FAULT.includes(code)) return { is: 'again', failure: result, isBlamed: false }
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return { is: 'again', failure: result, isBlamed: true }
  if (PARKED.includes(code)) return { is: 'parked', failure: result }
  if (CONFLICT.includes(code)) return { is: 'conflict', failure: result }
  return { is: 'rejected', failure: result }
}
