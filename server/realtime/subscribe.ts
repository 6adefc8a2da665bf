import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { TOPICS, type Topic } from '../../worker/wire/event.ts'
import { HEADER } from '../../worker/wire/headers.ts'
import { PROBLEM, PROBLEM_MEDIA_TYPE, type ProblemCode } from '../../worker/wire/problem.ts'
import { SUBSCRIBE_PATH } from '../../worker/wire/subscribe.ts'
import type { Clock, Random } from '../deps.ts'
import { queryTrouble } from '../http/bound-query.ts'
import { TOO_MANY_CALLS, type CallLimits } from '../http/call-limits.ts'
import { problemResponse } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { WHAT_TO_DO } from '../http/require-caller.ts'
import type { Authenticate, Caller } from '../session/caller.ts'
import type { PollMeter } from '../ops/poll-meter.ts'
import { createAnswerHeaders } from './answer-headers.ts'
import type { Drain } from './drain.ts'
import { TROUBLE_RETRY_MAX_S, TROUBLE_RETRY_MIN_S } from './limits.ts'
import { completeAnswer } from './poll-answer.ts'
import { createPollFilter } from './poll-filter.ts'
import type { createPollLog, PollLine } from './poll-log.ts'
import { readPollRequest } from './poll-request.ts'
import type { Poll, PollEnding } from './poll.ts'
import type { createPollStats } from './poll-stats.ts'
import { whenGone } from './when-gone.ts'

type SubscribeEnv = { Bindings: Partial<HttpBindings> }

const LEGACY_PATH = '/finance/events/subscribe'
/** nginx's word for a client that closed the connection: nobody reads it. */
const GONE_STATUS = 499

/**
 * The long poll over HTTP, `rt/1`. A bare app without middleware: these routes carry nearly all requests, and each is
 * held in memory for most of its life.
 */
export function createSubscribe(deps: {
  authenticate: Authenticate
  poll: (poll: Poll) => Promise<PollEnding>
  stats: ReturnType<typeof createPollStats>
  meter: Pick<PollMeter, 'answered' | 'refused'>
  pollLog: ReturnType<typeof createPollLog>
  clock: Clock
  random: Pick<Random, 'id' | 'fraction'>
  allowedOrigins: readonly string[]
  drain: Pick<Drain, 'isDraining' | 'retry'>
  callLimits: Pick<CallLimits, 'takePoll'>
  /** The retired endpoint answers like a poll with `wait=0`; otherwise with 410. */
  legacyAllowed: boolean
  /** Polls that say they are of an earlier deploy are refused. */
  retireDeploysBefore: number
}): Hono<SubscribeEnv> {
  const { clock, drain, meter, pollLog, random, stats } = deps
  const headersFor = createAnswerHeaders(deps.allowedOrigins)

  async function subscribe(
    c: Context<SubscribeEnv>,
    pathTopic: Topic | null,
    forcedWaitMs?: number,
  ): Promise<Response> {
    const startedAt = clock.monotonicMs()
    const requestId = requestIdOf(c.req.header(HEADER.requestId), random)
    const origin = c.req.header('origin')
    const query = queryOf(c.req.url)
    const headersNow = () => headersFor(origin, requestId, drain.isDraining())
    const line = (caller: Caller | null): PollLine => ({
      caller,
      propertyId: query.get('properties'),
      origin: origin ?? null,
      ua: c.req.header('user-agent') ?? '',
      requestId,
      durationMs: clock.monotonicMs() - startedAt,
    })
    function refuse(
      caller: Caller | null,
      code: ProblemCode,
      detail?: string,
      retryAfterS = PROBLEM[code] === 503 ? troubleRetryS(random.fraction()) : null,
    ): Response {
      pollLog.failure(line(caller), code)
      meter.refused(code)
      return problemResponse(code, requestId, {
        headers: {
          ...headersNow(),
          'Content-Type': PROBLEM_MEDIA_TYPE,
          // RFC 9110 §11.6.1: a 401 names the scheme.
          ...(PROBLEM[code] === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
        },
        ...(detail === undefined ? {} : { detail }),
        ...(retryAfterS === null ? {} : { retryAfterS }),
      })
    }

    const caller = await deps.authenticate(c.req.header('authorization'))
    if (typeof caller === 'string') return refuse(null, caller, WHAT_TO_DO[caller])
    const retryAfterS = deps.callLimits.takePoll(caller)
    if (retryAfterS !== null) return refuse(caller, 'rate_limited', TOO_MANY_CALLS, retryAfterS)
    const tooLong = queryTrouble(c.req.url)
    if (tooLong !== null) return refuse(caller, 'bad_request', tooLong)
    const request = readPollRequest(
      query,
      (name) => c.req.header(name),
      caller,
      pathTopic,
      deps.retireDeploysBefore,
    )
    if ('code' in request) return refuse(caller, request.code, request.detail)

    // RFC 9110 §9.3.2: the headers of the answer, and nothing else happens. Polling, it would end the session's own poll.
    if (c.req.method === 'HEAD') return new Response(null, { headers: headersNow() })
    const { topics, properties, ...rest } = request
    const ending = await deps
      .poll({
        ...rest,
        waitMs: forcedWaitMs ?? rest.waitMs,
        caller,
        filter: createPollFilter(topics, properties),
        onGone: (fn) => whenGone(c, fn),
      })
      .catch((): PollEnding => 'broker_down')
    if (ending === 'gone') {
      pollLog.completed(line(caller), 'gone')
      return new Response(null, { status: GONE_STATUS })
    }
    if (typeof ending === 'string') {
      return refuse(caller, ending, ending === 'session_revoked' ? WHAT_TO_DO[ending] : undefined)
    }

    stats.count(caller.orgId, ending)
    pollLog.completed(line(caller), ending.outcome)
    const retry = drain.retry(ending.outcome)
    const now = clock.now()
    const heldMs = clock.monotonicMs() - startedAt
    const ageMs = now - (ending.events[0]?.at ?? -Infinity)
    // What is older than the poll it did not wait for.
    meter.answered(ending.outcome, heldMs, ageMs <= heldMs ? Math.max(0, ageMs) : null)
    const own = { expiresInMs: caller.expiresAt - now, drain: retry, heldMs }
    return new Response(completeAnswer(ending, own), { headers: headersNow() })
  }

  const routes = new Hono<SubscribeEnv>()
  routes.get(SUBSCRIBE_PATH, (c) => subscribe(c, null))
  for (const topic of TOPICS) routes.get(`/${topic}${SUBSCRIBE_PATH}`, (c) => subscribe(c, topic))
  routes.get(LEGACY_PATH, (c) => {
    if (deps.legacyAllowed) return subscribe(c, 'finance', 0)
    const requestId = requestIdOf(c.req.header(HEADER.requestId), random)
    return problemResponse('legacy_gone', requestId, {
      detail: `This endpoint is retired. Its successor is /finance${SUBSCRIBE_PATH}.`,
      headers: {
        ...headersFor(c.req.header('origin'), requestId, drain.isDraining()),
        'Content-Type': PROBLEM_MEDIA_TYPE,
        Link: `</finance${SUBSCRIBE_PATH}>; rel="successor-version"`,
      },
    })
  })
  return routes
}

/** Without the parse of a whole URL: it is done for every poll. */
function queryOf(url: string): URLSearchParams {
  const at = url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
}

function troubleRetryS(fraction: number): number {
  return Math.round(TROUBLE_RETRY_MIN_S + fraction * (TROUBLE_RETRY_MAX_S - TROUBLE_RETRY_MIN_S))
}
