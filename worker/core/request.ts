import { isExpiryCode } from '../wire/problem.ts'
import { CALL_DEADLINE_MS, type ApiRequest, type ApiResponse, type Result } from '../wire/port.ts'
import { failure, readAnswer, type Failure } from './answer.ts'
import { authorized } from './authorized.ts'
import { createDeadline } from './deadline.ts'
import type { HttpResponse, Platform } from './platform.ts'
import type { Refresh } from './refresh.ts'
import type { Session, Sessions } from './session.ts'

/** Inside the tab's own deadline, so that the reason arrives before the tab gives up. */
export const REQUEST_DEADLINE_MS = CALL_DEADLINE_MS - 1000

/**
 * A path on our own origin. After the first slash a URL parser takes a backslash for another one and drops tabs and line ends
 * (https://url.spec.whatwg.org/#concept-basic-url-parser), so that any of them there can name a foreign host.
 */
const OWN_PATH = /^\/(?![/\\\t\n\r])/

export interface Requests {
  /** Sends in the name of the current session. Never rejects. */
  send(request: ApiRequest): Promise<Result<ApiResponse>>
  /** Sends in the name of this session and no other: once it is not the current one any more, `signed_out`. */
  sendAs(session: Session, request: ApiRequest): Promise<Result<ApiResponse>>
}

/**
 * Domain requests of the tabs. The only place that writes `Authorization`, at send time: a request without a token carries
 * none, and none is ever sent with that of an earlier session.
 */
export function createRequests(deps: {
  platform: Pick<Platform, 'clock' | 'http'>
  sessions: Sessions
  refresh: Refresh
}): Requests {
  const { platform, sessions, refresh } = deps

  async function exchange(
    request: ApiRequest,
    session: Session,
    signal: AbortSignal,
  ): Promise<Result<ApiResponse>> {
    const token = session.token()
    if (token === null) return failure('auth_missing', { status: 401 })
    const response = await platform.http({
      method: request.method,
      path: request.path,
      headers: {
        ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...request.headers,
        ...authorized(token),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal,
    })
    const answer = await readAnswer(response, platform.clock.wallMs())
    if (answer.ok) return { ok: true, value: reply(response, answer.value) }
    if (answer.code === 'token_expired' || answer.code === 'token_invalid') sessions.dropToken(session, token)
    if (isExpiryCode(answer.code)) sessions.expire(session, answer.code)
    return answer
  }

  async function attempt(
    request: ApiRequest,
    session: Session,
    signal: AbortSignal,
  ): Promise<Result<ApiResponse>> {
    for (let tries = 0; ; tries += 1) {
      if (session.token() === null) {
        const trouble = await refresh.ensure(session)
        if (trouble) return trouble
      }
      const answer = await exchange(request, session, signal)
      if (answer.ok || tries > 0 || !needsToken(answer)) return answer
    }
  }

  return {
    async send(request) {
      await sessions.known
      const session = sessions.current()
      return session ? sendAs(session, request) : failure('signed_out', { status: 401 })
    },
    sendAs,
  }

  async function sendAs(session: Session, request: ApiRequest): Promise<Result<ApiResponse>> {
    if (!OWN_PATH.test(request.path)) return failure('bad_request', { status: 400 })
    if (session.signal.aborted || session !== sessions.current())
      return failure('signed_out', { status: 401 })
    const deadline = createDeadline(platform.clock, REQUEST_DEADLINE_MS, session.signal)
    try {
      return await Promise.race([attempt(request, session, deadline.signal), ended(deadline.signal)])
    } catch {
      if (session.signal.aborted) return failure('signed_out', { status: 401 })
      return failure(deadline.timedOut() ? 'timeout' : 'network')
    } finally {
      deadline.end()
    }
  }
}

function needsToken({ code }: Failure): boolean {
  return code === 'token_expired' || code === 'token_invalid' || code === 'auth_missing'
}

function reply(response: HttpResponse, body: unknown): ApiResponse {
  return { status: response.status, headers: response.headers(), body }
}

/** Rejects when the signal aborts: a wait for a refresh has a deadline of its own, longer than this call's may be. */
function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('aborted'))
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
  })
}
