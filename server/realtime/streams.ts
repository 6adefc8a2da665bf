import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { TOPICS, type Topic } from '../../worker/wire/event.ts'
import { HEADER } from '../../worker/wire/headers.ts'
import { PROBLEM, PROBLEM_MEDIA_TYPE, type ProblemCode } from '../../worker/wire/problem.ts'
import type { Clock, Random } from '../deps.ts'
import { TOO_MANY_CALLS, type CallLimits } from '../http/call-limits.ts'
import { problemResponse } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { WHAT_TO_DO } from '../http/require-caller.ts'
import type { Authenticate, Caller } from '../session/caller.ts'
import { createAnswerHeaders } from './answer-headers.ts'
import type { Broker, Cursor } from './broker.ts'
import type { Drain } from './drain.ts'
import { answeredInTime } from './feed-reads.ts'
import { ANSWER_EVENTS_MAX, TOKEN_MARGIN_MS } from './limits.ts'
import type { Saying } from './poll-answer.ts'
import { createPollFilter } from './poll-filter.ts'
import type { Poll, PollEnding } from './poll.ts'
import type { createPollStats } from './poll-stats.ts'
import { formatOffset, readOffset, streamCursor } from './stream-offset.ts'
import { sseBody } from './stream-sse.ts'
import { whenGone } from './when-gone.ts'

type StreamEnv = { Bindings: Partial<HttpBindings> }

/** §5.8: a stream is closed about so often, and opened again where it stood. */
const STREAM_LIFE_MS = 60_000
/** A hold shorter than this may be none at all, and a stream of those would never rest. */
const STREAM_REST_MS = 1000
const HOLD_MS = 55_000
/** Another reader of the session has its place; whoever is sent away must not take it back at once. */
const SUPERSEDED_RETRY_S = 5

/**
 * The feed in the read protocol of Durable Streams 1.0, JSON mode, for clients that were written for it. It is the same
 * poll underneath: one reader a session, the same filter, the same holds. What the feed no longer keeps is 410.
 */
export function createStreams(deps: {
  authenticate: Authenticate
  broker: Pick<Broker, 'position'>
  poll: (poll: Poll) => Promise<PollEnding>
  stats: ReturnType<typeof createPollStats>
  clock: Clock
  random: Pick<Random, 'id'>
  allowedOrigins: readonly string[]
  callLimits: Pick<CallLimits, 'takePoll'>
  drain: Pick<Drain, 'isDraining' | 'retry'>
}): Hono<StreamEnv> {
  const { clock, drain, stats } = deps
  const headersFor = createAnswerHeaders(deps.allowedOrigins)

  async function read(c: Context<StreamEnv>, topic: Topic): Promise<Response> {
    const requestId = requestIdOf(c.req.header(HEADER.requestId), deps.random)
    const headersNow = () => headersFor(c.req.header('origin'), requestId, drain.isDraining())
    function refuse(code: ProblemCode, detail?: string, retryAfterS?: number): Response {
      const scheme = PROBLEM[code] === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}
      return problemResponse(code, requestId, {
        headers: { ...headersNow(), 'Content-Type': PROBLEM_MEDIA_TYPE, ...scheme },
        ...(detail === undefined ? {} : { detail }),
        ...(retryAfterS === undefined ? {} : { retryAfterS }),
      })
    }
    function refuseEnding(ending: Saying | ProblemCode): Response {
      if (typeof ending === 'string')
        return refuse(ending, undefined, PROBLEM[ending] === 503 ? 2 : undefined)
      if (ending.gap)
        return refuse('offset_gone', 'What came since is kept no more. Fetch snapshots, then read from now.')
      if (ending.outcome === 'superseded')
        return refuse('rate_limited', 'Another reader of this session has its place.', SUPERSEDED_RETRY_S)
      const { afterMs } = drain.retry(ending.outcome) ?? ending.retry
      return refuse('overloaded', 'Nothing is held now; nothing is lost.', Math.ceil(afterMs / 1000))
    }

    const caller = await deps.authenticate(c.req.header('authorization'))
    if (typeof caller === 'string') return refuse(caller, WHAT_TO_DO[caller])
    const retryAfterS = deps.callLimits.takePoll(caller)
    if (retryAfterS !== null) return refuse('rate_limited', TOO_MANY_CALLS, retryAfterS)
    const live = c.req.query('live')
    const text = c.req.query('offset')
    if (live !== undefined && live !== 'long-poll' && live !== 'sse')
      return refuse('bad_request', '"live" is long-poll or sse.')
    if (live !== undefined && text === undefined) return refuse('bad_request', 'A live read needs "offset".')
    const position = await answeredInTime(clock, deps.broker.position(caller.orgId)).catch(() => null)
    if (!position) return refuse('broker_down', undefined, 2)
    const from = readOffset(text ?? '-1', position)
    if (!from) return refuse('bad_cursor', 'The offset is not one of ours.')

    const cursorNow = () => streamCursor(clock.now(), c.req.query('cursor') ?? null)
    const told = ({ at, more }: { at: Cursor; more: boolean }) => ({
      ...headersNow(),
      'Stream-Next-Offset': formatOffset(at),
      ...(more ? {} : { 'Stream-Up-To-Date': 'true' }),
      ...(live === undefined ? {} : { 'Stream-Cursor': cursorNow() }),
    })
    if (c.req.method === 'HEAD')
      return new Response(null, {
        headers: told({ at: { epoch: position.epoch, seq: position.last }, more: true }),
      })

    // One listener for all polls of a stream: there may be forty a second.
    let isGone = false
    let endPoll = () => {}
    whenGone(c, () => {
      isGone = true
      endPoll()
    })
    const onGone = (fn: () => void) => {
      endPoll = fn
      if (isGone) fn()
    }
    const ask = (cursor: Cursor, waitMs: number) => pollOnce(caller, topic, cursor, waitMs, onGone)
    const ending = await ask(from, live === 'long-poll' ? HOLD_MS : 0)
    if (ending === 'gone') return new Response(null, { status: 499 })
    if (typeof ending === 'string' || !isNews(ending)) return refuseEnding(ending)
    if (live === 'sse') {
      const endsAt =
        clock.monotonicMs() + Math.min(STREAM_LIFE_MS, caller.expiresAt - clock.now() - TOKEN_MARGIN_MS)
      const next = async (after: Saying): Promise<Saying | null> => {
        const leftMs = endsAt - clock.monotonicMs()
        if (leftMs < STREAM_REST_MS || drain.isDraining()) return null
        const said = await ask(after.at, after.more ? 0 : leftMs)
        return typeof said !== 'string' && isNews(said) ? said : null
      }
      return new Response(sseBody(ending, next, cursorNow), {
        headers: { ...told(ending), 'Content-Type': 'text/event-stream' },
      })
    }
    if (ending.outcome === 'timeout') return new Response(null, { status: 204, headers: told(ending) })
    const ETag = `"${topic}:${formatOffset(from)}:${formatOffset(ending.at)}"`
    const headers = { ...told(ending), ...(text === 'now' ? {} : { ETag }) }
    if (c.req.header('if-none-match') === ETag) return new Response(null, { status: 304, headers })
    return new Response(JSON.stringify(ending.events), { headers })
  }

  async function pollOnce(
    caller: Caller,
    topic: Topic,
    cursor: Cursor,
    waitMs: number,
    onGone: Poll['onGone'],
  ): Promise<PollEnding> {
    const filter = createPollFilter([topic], caller.properties)
    const poll = { caller, filter, cursor, generation: null, waitMs, limit: ANSWER_EVENTS_MAX, onGone }
    const ending = await deps.poll(poll).catch((): PollEnding => 'broker_down')
    if (typeof ending !== 'string') stats.count(caller.orgId, ending)
    return ending
  }

  const routes = new Hono<StreamEnv>()
  for (const topic of TOPICS) routes.get(`/streams/${topic}`, (c) => read(c, topic))
  return routes
}

/** Something to tell, or that there is nothing. */
function isNews({ outcome }: Saying): boolean {
  return outcome === 'events' || outcome === 'tip' || outcome === 'timeout'
}
