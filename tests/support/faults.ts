import type { IncomingMessage, ServerResponse } from 'node:http'

/** What is done to a request on its way, in place of passing it on and its answer back. */
export type Fault =
  /** Somebody else answers: a portal, a proxy, a server in trouble. */
  | { do: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** The connection dies before the server has heard anything. */
  | { do: 'reset' }
  /** The server has done what it was asked, and the connection dies before its answer. */
  | { do: 'lose-reply' }
  /** It is on its way until `release`, and arrives even when its sender has given up, as packets do. */
  | { do: 'hold-request' }
  /** The server has done what it was asked; the answer is on its way until `release`. */
  | { do: 'hold-reply' }

export interface Rule {
  /** When each request met it, wall-clock ms. */
  readonly met: readonly number[]
  /** How many the server has answered meanwhile, whoever heard of it. */
  served(): number
  /** What is held goes on, and what comes from now on is not held. */
  release(): void
  /** From now on it does nothing. */
  end(): void
}

/** Pages of networks one has to sign in to answer everything, with a page and a 200. */
export const PORTAL: Fault = {
  do: 'answer',
  status: 200,
  headers: { 'Content-Type': 'text/html' },
  body: '<!doctype html><title>Welcome to our network</title><p>Accept the terms to go on.',
}

/** The server's own refusal. */
export function refusal(status: number, code: string, headers: Record<string, string> = {}): Fault {
  return {
    do: 'answer',
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Rt-Origin': '1', ...headers },
    body: JSON.stringify({ type: 'about:blank', title: code, status, code, requestId: 'fault' }),
  }
}

/** A rule with its bookkeeping, for whoever applies it. */
export interface HeldRule extends Rule {
  fault: Fault
  matches(request: IncomingMessage): boolean
  meet(): void
  serve(): void
  /** Resolves at once unless this is held. */
  released(): Promise<void>
}

export function createRule(
  matches: (request: IncomingMessage) => boolean,
  fault: Fault,
  timesMax: number,
): HeldRule {
  const met: number[] = []
  let served = 0
  let isOver = false
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  return {
    fault,
    met,
    served: () => served,
    released: () => released,
    release() {
      isOver = true
      release()
    },
    end: () => void (isOver = true),
    matches: (request) => !isOver && met.length < timesMax && matches(request),
    meet: () => void met.push(Date.now()),
    serve: () => void (served += 1),
  }
}

export function answer(response: ServerResponse, fault: Extract<Fault, { do: 'answer' }>): void {
  response.writeHead(fault.status, fault.headers).end(fault.body)
}
