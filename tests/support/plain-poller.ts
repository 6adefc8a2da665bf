import { request, type Agent, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { EventEnvelope } from '../../worker/wire/event.ts'
import type { GapReason, Outcome, SubscribeAnswer } from '../../worker/wire/subscribe.ts'

/** What one poller has seen of a server, and what it has heard. */
export interface PollerStory {
  /** Events in the order they were handed on, each once. */
  events: EventEnvelope[]
  /** How often something came that had been handed on. */
  repeats: number
  answers: Partial<Record<Outcome, number>>
  /** Answers of a server that leaves, with nothing in them and before their time. */
  cut: number
  gaps: GapReason[]
  /** Polls without an answer of ours, by why. */
  failures: string[]
  /** Kept-alive connections that were found closed, before a byte of an answer: sent once more, as browsers do. */
  resent: number
  /** Wall-clock ms of the last poll. */
  sentAt: number
  /** Wall-clock ms of the last answer, and the longest time between two. */
  answeredAt: number
  longestMs: number
}

export interface PlainPoller {
  story: PollerStory
  /** Resolves when its first answer has come. */
  begun: Promise<void>
  stop(): Promise<void>
}

const FAILURE_PAUSE_MS = 250
/** RFC 9112 §9.3.1: the connection was closed while it was idle, and the server has not seen the request. */
const STALE = new Error('the connection was closed while it was idle')

/**
 * A client of the long poll and nothing else: one request at a time, the cursor moved on after what came, what is known by
 * its id left out, told pauses kept. It shares no code with the runtime.
 */
export function startPlainPoller(options: {
  url: string
  token: string
  pollerId: string
  agent: Agent
  /** A poll that nothing answers is given up after this. */
  watchdogMs?: number
  waitS?: number
  /** No hold ends sooner by itself. */
  shortestHoldMs?: number
  /** Fetches what the feed cannot tell any more. */
  onGap?: () => Promise<void>
}): PlainPoller {
  const { url, token, pollerId, agent, watchdogMs = 35_000, waitS = 25, onGap, shortestHoldMs = 0 } = options
  const story: PollerStory = {
    events: [],
    repeats: 0,
    answers: {},
    cut: 0,
    gaps: [],
    failures: [],
    resent: 0,
    sentAt: 0,
    answeredAt: Date.now(),
    longestMs: 0,
  }
  const known = new Set<string>()
  const end = new AbortController()
  let cursor: string | null = null
  let hasBegun = () => {}
  const begun = new Promise<void>((resolve) => (hasBegun = resolve))

  async function send(): Promise<SubscribeAnswer> {
    try {
      return await sendOnce()
    } catch (error) {
      if (error !== STALE) throw error
      story.resent += 1
      return sendOnce()
    }
  }

  function sendOnce(): Promise<SubscribeAnswer> {
    story.sentAt = Date.now()
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(watchdogMs)
      const query = `p=${pollerId}&wait=${cursor === null ? 0 : waitS}`
      const headers = {
        Authorization: `Bearer ${token}`,
        ...(cursor === null ? {} : { 'Rt-Cursor': cursor }),
      }
      const poll = request(`${url}/realtime/subscribe?${query}`, { agent, headers })
      const give = () => poll.destroy(new Error('given up'))
      signal.addEventListener('abort', give)
      end.signal.addEventListener('abort', give)
      poll.once('close', () => {
        signal.removeEventListener('abort', give)
        end.signal.removeEventListener('abort', give)
      })
      poll.once('error', (error: NodeJS.ErrnoException) => {
        const isStale = poll.reusedSocket && error.code === 'ECONNRESET'
        reject(isStale ? STALE : error)
      })
      poll.once('response', (reply) => void read(reply).then(resolve, reject))
      poll.end()
    })
  }

  function hear(answer: SubscribeAnswer): void {
    const now = Date.now()
    story.longestMs = Math.max(story.longestMs, now - story.answeredAt)
    story.answeredAt = now
    story.answers[answer.outcome] = (story.answers[answer.outcome] ?? 0) + 1
    const isEmpty = answer.outcome === 'timeout' || answer.outcome === 'drain'
    if (answer.drain && isEmpty && answer.heldMs < shortestHoldMs) story.cut += 1
    if (answer.gap) {
      story.gaps.push(answer.gap.reason)
      void onGap?.()
    }
    for (const event of answer.events) {
      if (known.has(event.eventId)) story.repeats += 1
      else story.events.push(event)
      known.add(event.eventId)
    }
    cursor = answer.cursor
    hasBegun()
  }

  async function run(): Promise<void> {
    while (!end.signal.aborted) {
      let waitMs = FAILURE_PAUSE_MS
      try {
        const answer = await send()
        hear(answer)
        waitMs = answer.retry.afterMs
      } catch (error) {
        if (end.signal.aborted) return
        story.failures.push(whyOf(error))
      }
      if (waitMs > 0) await pause(waitMs, null, { signal: end.signal }).catch(() => {})
    }
  }

  const running = run()
  return {
    story,
    begun,
    stop: () => {
      end.abort()
      return running
    },
  }
}

async function read(reply: IncomingMessage): Promise<SubscribeAnswer> {
  const body = await text(reply)
  if (reply.statusCode !== 200) throw new Error(`${reply.statusCode} ${body}`)
  return JSON.parse(body) as SubscribeAnswer
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error ? String(error.code) : error.message
}
