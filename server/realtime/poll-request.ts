import * as v from 'valibot'
import { TOPICS, type Topic } from '../../worker/wire/event.ts'
import { HEADER } from '../../worker/wire/headers.ts'
import type { ProblemCode } from '../../worker/wire/problem.ts'
import { PollerId } from '../../worker/wire/subscribe.ts'
import type { Caller } from '../session/caller.ts'
import type { Cursor } from './broker.ts'
import { parseCursor } from './cursor.ts'
import { ANSWER_EVENTS_MAX } from './limits.ts'

/** Longest `wait` that can be asked for, in seconds. */
const WAIT_S_MAX = 55

export interface PollRequest {
  cursor: Cursor | null
  generation: number | null
  waitMs: number
  limit: number
  topics: readonly Topic[]
  properties: readonly string[]
}

export interface PollRefusal {
  code: Extract<
    ProblemCode,
    'bad_request' | 'bad_cursor' | 'build_retired' | 'forbidden_topic' | 'forbidden_property'
  >
  detail: string
}

/**
 * Reads a poll's query and headers. `pathTopic` is the topic of `/<topic>/realtime/subscribe`. What is asked for is cut to
 * what the token grants; asking only for what is not granted is refused, having nothing granted is not.
 */
export function readPollRequest(
  query: URLSearchParams,
  header: (name: string) => string | undefined,
  caller: Caller,
  pathTopic: Topic | null,
  retireDeploysBefore: number,
): PollRequest | PollRefusal {
  if (!v.is(PollerId, query.get('p'))) {
    return bad('"p" must be 8–22 characters of A–Z a–z 0–9 _ -, the same for every poll of one poller.')
  }
  const waitS = readNumber(query.get('wait'), WAIT_S_MAX, /^\d{1,2}(\.\d{1,3})?$/)
  if (waitS === null || waitS > WAIT_S_MAX) return bad(`"wait" must be 0–${WAIT_S_MAX} seconds.`)
  const limit = readNumber(query.get('limit'), ANSWER_EVENTS_MAX, /^[1-9]\d{0,5}$/)
  if (limit === null) return bad('"limit" must be a whole number of at least 1.')
  const generation = readNumber(header(HEADER.generation) ?? null, -1, /^\d{1,15}$/)
  if (generation === null) return bad(`"${HEADER.generation}" must be a whole number.`)

  const deploy = readNumber(header(HEADER.deploy) ?? null, Infinity, /^\d{1,10}$/)
  if (deploy === null) return bad(`"${HEADER.deploy}" must be a whole number.`)
  if (deploy < retireDeploysBefore)
    return { code: 'build_retired', detail: 'This page is of a build that is served no more. Reload it.' }

  const cursorText = header(HEADER.cursor) ?? query.get('cursor')
  const cursor = cursorText === null ? null : parseCursor(cursorText)
  if (cursorText !== null && cursor === null) {
    return { code: 'bad_cursor', detail: 'Drop the cursor, poll from now and fetch snapshots again.' }
  }

  const askedTopics = pathTopic ? [pathTopic] : list(query.get('topics'))
  const topics = TOPICS.filter((topic) => askedTopics === null || askedTopics.includes(topic))
  if (topics.length === 0) return { code: 'forbidden_topic', detail: `Topics are ${TOPICS.join(', ')}.` }
  const askedProperties = list(query.get('properties'))
  const properties = caller.properties.filter(
    (id) => askedProperties === null || askedProperties.includes(id),
  )
  if (askedProperties !== null && properties.length === 0) {
    return { code: 'forbidden_property', detail: 'None of the properties asked for is yours.' }
  }
  return {
    cursor,
    generation: generation < 0 ? null : generation,
    waitMs: waitS * 1000,
    limit: Math.min(limit, ANSWER_EVENTS_MAX),
    topics,
    properties,
  }
}

function bad(detail: string): PollRefusal {
  return { code: 'bad_request', detail }
}

/** Null when it is there and not a number of this form. */
function readNumber(text: string | null, absent: number, form: RegExp): number | null {
  if (text === null) return absent
  return form.test(text) ? Number(text) : null
}

function list(text: string | null): string[] | null {
  return text === null ? null : text.split(',').filter((part) => part !== '')
}
