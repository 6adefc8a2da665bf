import type { EventEnvelope, Topic } from './event.ts'
import type { ProblemCode } from './problem.ts'
import type { LoginRequest, Org, Property, User } from './session.ts'
import type { Gap } from './subscribe.ts'
import type { TelemetryRecord } from './telemetry.ts'

/**
 * The border between a tab and its own runtime. Two lanes on purpose: *frames* are one-way and sequenced (a tab that is
 * frozen or gone never blocks the runtime); *calls* are request and response over Comlink on an inner port that the
 * runtime sends with its hello. Everything here is plain data that structured clone can carry: no callbacks, no classes,
 * nothing a garbage collector could close under a call.
 */

/** Where a runtime lives. */
export type Host = 'shared-worker' | 'tab'
/** Of all runtimes of a login session exactly one leads: it polls, refreshes and will drain the outbox. */
export type RuntimeRole = 'leader' | 'follower'

/**
 * What the status light says. `connecting` until the first answer; `live` only after one; `degraded`: the server answers
 * with trouble or the session is being recovered; `offline`: nothing answers; `expired`: one of the five codes.
 */
export type Phase = 'connecting' | 'live' | 'degraded' | 'offline' | 'expired' | 'signed-out'

export interface RuntimeStatus {
  phase: Phase
  /** Wall-clock ms at which the phase began. */
  since: number
  /** A stable word for why: a problem code, `network`, `timeout`, `starting`, `signed-in`, `signed-out`. */
  reason: string
  host: Host
  role: RuntimeRole
  /** When the next try is due, wall-clock ms; null when none is planned. */
  retryAt: number | null
}

/** Who is signed in, as tabs see it. The token is not in it and never leaves the runtime. */
export interface SessionView {
  sh: string
  user: User
  org: Org
  properties: Property[]
}

export interface Inspection {
  instanceId: string
  build: string
  host: Host
  role: RuntimeRole
  generation: number
  tabs: { tabId: string; visible: boolean; lastAckedSeq: number; lastSentSeq: number }[]
  cursor: string | null
  pollerId: string | null
  polls: {
    sent: number
    inFlight: boolean
    lastOutcome: string | null
    lastAt: number | null
    lastHeldMs: number | null
  }
  events: { received: number; duplicates: number; gaps: number }
  refreshes: number
  /** Where the login session stands on this device, and how often that was somebody else. */
  session: { state: string; epoch: number }
  nextPollAt: number | null
}

/** Frames runtime → tab. `seq` counts deliveries to this tab; the tab acknowledges with the highest it has applied. */
export type RuntimeFrame =
  | { t: 'hello'; instanceId: string; build: string; wire: number; host: Host }
  /** `cursor`: where the runtime stands. `resumed`: what the tab missed follows, or it missed nothing; else it fetches again. */
  | {
      t: 'attached'
      status: RuntimeStatus
      session: SessionView | null
      seq: number
      cursor: string | null
      resumed: boolean
    }
  | { t: 'status'; status: RuntimeStatus }
  | { t: 'session'; session: SessionView | null }
  /** What the only tab hands in should it go before the runtime does; replaces what was left to it before. */
  | { t: 'leftover'; records: TelemetryRecord[]; pass: string }
  | { t: 'batch'; seq: number; cursor: string; events: EventEnvelope[] }
  /** Continuity is lost: after `refetchAfterMs`, fetch every snapshot again. */
  | {
      t: 'resync'
      seq: number
      reason: Gap['reason'] | 'lagging' | 'attach'
      refetchAfterMs: number
      cursor: string | null
    }
  /** The answer to a ping: the runtime's own event loop turns. `attached` false: it took the tab for dead and closed it. */
  | { t: 'pong'; n: number; attached: boolean }

/** Frames tab → runtime. */
export type TabFrame =
  | {
      t: 'attach'
      tabId: string
      /** The lock the tab holds while it is attached; another one at every attach, for one that was orphaned is lost. */
      lock: string
      build: string
      /** The deploy that served the page. */
      deploy: number
      visible: boolean
      online: boolean
      wants: Wants
      /** The last cursor this tab was told, by whatever runtime; null at first. */
      resumeFrom: string | null
      /** The flag as this tab resolves it: a worker cannot read what the person at the browser says. */
      sampleRate?: number
    }
  | { t: 'wants'; wants: Wants }
  /** A SharedWorker sees neither visibility nor (in Chromium) online events: tabs tell it. */
  | { t: 'signal'; visible: boolean; online: boolean; woke: boolean }
  | { t: 'rate'; sampleRate: number }
  | { t: 'ack'; seq: number }
  | { t: 'ping'; n: number }
  /** `handedIn`: so many of the records that were left to it. */
  | { t: 'bye'; handedIn?: number }
  /** Another tab signed this session out, and told by the storage: its runtime may hang. */
  | { t: 'logged-out'; sh: string }

/** Per-tab filter; absent means everything the session may read. It narrows what is sent to the tab, never what is polled. */
export interface Wants {
  topics?: Topic[]
  properties?: string[]
}

/** A domain request. `path` is same-origin and starts with `/`; the runtime adds Authorization at send time, or nothing. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  headers?: Record<string, string>
  body?: unknown
}

/**
 * Trouble that is not the server's word: `network` (no answer of ours came), `timeout` (the call's deadline passed),
 * `link_lost` (the runtime went away; attach builds a new one), `signed_out`, `bad_answer` (an answer we cannot read).
 */
export type LinkCode = 'network' | 'timeout' | 'link_lost' | 'signed_out' | 'bad_answer'

/** Errors lose their fields on the way through a port, so expected failures travel as values. */
export type Result<T> =
  | { ok: true; value: T }
  | { ok: false; code: ProblemCode | LinkCode; status: number; retryAfterMs: number | null; problem: unknown }

export interface ApiResponse {
  status: number
  headers: Record<string, string>
  body: unknown
}

/** Calls tab → runtime (Comlink). Every one has a deadline on the tab's side. */
export interface RuntimeCalls {
  login(credentials: LoginRequest): Promise<Result<SessionView>>
  /** `sh`: the session that is meant, in case this runtime knows of another or of none. */
  logout(scope: 'this' | 'all', sh?: string): Promise<Result<null>>
  /** 2xx is `ok`; everything else is a value with the server's problem code. One refresh and one resend on a 401 are inside. */
  request(request: ApiRequest): Promise<Result<ApiResponse>>
  /** Try now, whatever the backoff says: the banner's [Try again]. */
  retryNow(): Promise<Result<null>>
  inspect(): Promise<Result<Inspection>>
}

/** How long a tab waits for the hello before it builds the worker again. Measured cold start: 12–27 ms. */
export const HELLO_TIMEOUT_MS = 1500
/** Unacknowledged frames after which the runtime stops sending to a tab and marks it lagging. */
export const CREDIT_FRAMES = 16
/** Default deadline of a call; a poll is never a call. */
export const CALL_DEADLINE_MS = 15_000
