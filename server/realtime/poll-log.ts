import type { ProblemCode } from '../../worker/wire/problem.ts'
import type { Log } from '../deps.ts'
import type { Caller } from '../session/caller.ts'

/** A user agent says enough in this many characters. */
const UA_LENGTH_MAX = 120
/** RFC 6454 §7.1. */
const ORIGIN = /^(?:null|[a-z][a-z-]{1,20}:\/\/[\w.:[\]-]{1,120})$/
/** Ids and nothing else: what a stranger puts there may be a token or an address, and as long as a request may be. */
const IDS = /^[A-Za-z0-9_,-]{1,400}$/

export interface PollLine {
  caller: Caller | null
  /** Properties asked for, as one word; null when the poll took all it is granted. */
  propertyId: string | null
  origin: string | null
  ua: string
  requestId: string
  durationMs: number
}

/** One line a poll, without anything a token or a person could be known by beyond their ids. */
export function createPollLog(log: Log) {
  return {
    completed: (line: PollLine, outcome: string) =>
      log('info', '[RealtimeSubscribe][completed]', { ...fields(line), outcome }),
    failure: (line: PollLine, code: ProblemCode) =>
      log('warn', '[RealtimeSubscribe][failure]', { ...fields(line), code }),
  }
}

function fields(line: PollLine) {
  return {
    orgId: line.caller?.orgId ?? null,
    userId: line.caller?.userId ?? null,
    propertyId: line.propertyId === null || IDS.test(line.propertyId) ? line.propertyId : 'malformed',
    origin: line.origin === null || ORIGIN.test(line.origin) ? line.origin : 'malformed',
    ua: line.ua.slice(0, UA_LENGTH_MAX),
    durationMs: line.durationMs,
    requestId: line.requestId,
  }
}
