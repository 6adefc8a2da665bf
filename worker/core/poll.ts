import * as v from 'valibot'
import { HEADER } from '../wire/headers.ts'
import type { Result } from '../wire/port.ts'
import { SUBSCRIBE_PATH, SubscribeAnswer } from '../wire/subscribe.ts'
import { failure, readAnswer } from './answer.ts'
import { authorized } from './authorized.ts'
import { createDeadline } from './deadline.ts'
import type { Platform } from './platform.ts'

/** What a poll asks to be held for; the server may hold shorter. */
export const WAIT_S = 25
/** Longer than any hold: by then the connection is dead, whatever it looks like. */
export const WATCHDOG_MS = (WAIT_S + 10) * 1000
export const WATCHDOG_AT_ONCE_MS = 10_000

export interface PollParts {
  pollerId: string
  token: string
  generation: number
  /** The deploy whose pages this runtime serves; 0 when they did not say. */
  deploy: number
  /** Null: from now. */
  cursor: string | null
  /** Answer now instead of holding. */
  atOnce: boolean
  signal: AbortSignal
}

/**
 * One poll. The URL is the same for every held poll of a poller and no two pollers share one: the cursor in a header
 * leaves the preflight cached, and the HTTP cache serialises identical GETs (both measured). Never rejects; an aborted
 * poll is `signed_out` like every other end that nobody waits for.
 */
export async function sendPoll(
  platform: Pick<Platform, 'http' | 'clock'>,
  poll: PollParts,
): Promise<Result<SubscribeAnswer>> {
  const watchdogMs = poll.atOnce ? WATCHDOG_AT_ONCE_MS : WATCHDOG_MS
  const deadline = createDeadline(platform.clock, watchdogMs, poll.signal)
  try {
    const response = await platform.http({
      method: 'GET',
      path: `${SUBSCRIBE_PATH}?p=${poll.pollerId}&wait=${poll.atOnce ? 0 : WAIT_S}`,
      headers: {
        ...authorized(poll.token),
        [HEADER.generation]: String(poll.generation),
        ...(poll.deploy > 0 ? { [HEADER.deploy]: String(poll.deploy) } : {}),
        ...(poll.cursor === null ? {} : { [HEADER.cursor]: poll.cursor }),
      },
      signal: deadline.signal,
    })
    const answer = await readAnswer(response, platform.clock.wallMs())
    if (!answer.ok) return answer
    const parsed = v.safeParse(SubscribeAnswer, answer.value)
    return parsed.success
      ? { ok: true, value: parsed.output }
      : failure('bad_answer', { status: response.status })
  } catch {
    if (poll.signal.aborted) return failure('signed_out')
    return failure(deadline.timedOut() ? 'timeout' : 'network')
  } finally {
    deadline.end()
  }
}
