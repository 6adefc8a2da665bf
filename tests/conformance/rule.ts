import type { Person, PollAnswer, Target } from './target.ts'

/** What every rule is given: a server, and somebody signed in there who polls for nobody else. */
export interface World {
  target: Target
  me: Person
}

export interface Rule {
  /** Two letters and two digits, for good: PROTOCOL.md and reports name it. */
  id: string
  says: string
  /** Throws what is wrong, or a `Skipped`. */
  check(world: World): Promise<void>
}

/** Why a rule cannot be looked at here. */
export class Skipped extends Error {
  override readonly name = 'Skipped'
}

export function skip(why: string): never {
  throw new Skipped(why)
}

/** @param what the sentence that is true when `holds` is */
export function must(holds: boolean, what: string, seen?: unknown): void {
  if (!holds)
    throw new Error(seen === undefined ? `not so: ${what}` : `not so: ${what} (${JSON.stringify(seen)})`)
}

/** The members of an answer and their kinds. Unknown members are allowed: a client passes over them. */
export function shape(answer: PollAnswer): void {
  const { gap, retry, auth, events } = answer
  must(answer.v === 1, '`v` is 1', answer.v)
  must(OUTCOMES.includes(answer.outcome), '`outcome` is one of the list', answer.outcome)
  must(typeof answer.cursor === 'string' && answer.cursor !== '', '`cursor` is a text', answer.cursor)
  must(Array.isArray(events), '`events` is a list', events)
  must(typeof answer.more === 'boolean', '`more` is a boolean', answer.more)
  must(gap === null || typeof gap.reason === 'string', '`gap` is null or says its reason', gap)
  must(
    gap === null || (isCount(gap.missedAtMost) && isCount(gap.refetchAfterMs)),
    'a gap counts what was missed and says when to fetch',
    gap,
  )
  must(isCount(retry?.afterMs) && typeof retry.reason === 'string', '`retry` says when and why', retry)
  must(isCount(auth?.expiresInMs), '`auth.expiresInMs` is a number', auth)
  must(['none', 'soon'].includes(auth.refresh), '`auth.refresh` is none or soon', auth)
  must(typeof answer.drain === 'boolean', '`drain` is a boolean', answer.drain)
  must(isCount(answer.heldMs), '`heldMs` is a number', answer.heldMs)
  must(gap === null || events.length === 0, 'with a gap there are no events', answer)
  must((gap !== null) === (answer.outcome === 'gap'), 'a gap is told by the outcome gap', answer)
  must(events.length > 0 === (answer.outcome === 'events'), 'events are told by the outcome events', answer)
  for (const [index, event] of events.entries()) {
    must(Number.isSafeInteger(event.seq) && event.seq > 0, '`seq` is a whole number from 1', event.seq)
    must(index === 0 || event.seq > (events[index - 1]?.seq ?? 0), '`seq` strictly rises', events)
    for (const name of ['eventId', 'type', 'topic', 'orgId', 'propertyId'] as const)
      must(typeof event[name] === 'string' && event[name] !== '', `\`${name}\` is a text`, event)
  }
}

/** The error document of RFC 9457, with a code of the closed list. */
export async function problem(reply: Response, status: number, code: string): Promise<void> {
  const text = await reply.text()
  must(reply.status === status, `the status is ${status}`, `${reply.status} ${text.slice(0, 200)}`)
  const type = reply.headers.get('content-type') ?? ''
  must(type.startsWith('application/problem+json'), 'it is application/problem+json', type)
  const body = JSON.parse(text) as Record<string, unknown>
  must(body.code === code, `the code is ${code}`, body.code)
  must(body.status === status, 'the document repeats the status', body.status)
  must(typeof body.type === 'string' && typeof body.title === 'string', 'it has a type and a title', body)
  must(body.requestId === reply.headers.get('x-request-id'), 'it names the exchange', body.requestId)
  must(reply.headers.get('rt-origin') === '1', 'it carries Rt-Origin: 1')
  must((reply.headers.get('cache-control') ?? '').includes('no-store'), 'it is not to be kept')
}

/** Where the feed stands now. */
export async function tipOf({ target, me }: World): Promise<string> {
  return (await target.poll(me)).answer.cursor
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const OUTCOMES = ['events', 'timeout', 'tip', 'gap', 'waiter_cap', 'superseded', 'drain']
const isCount = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0
