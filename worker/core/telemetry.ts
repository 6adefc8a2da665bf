import { HEADER } from '../wire/headers.ts'
import { TELEMETRY_PATH } from '../wire/names.ts'
import type { Inspection, Result } from '../wire/port.ts'
import type { TelemetryFields, TelemetryName, TelemetryRecord } from '../wire/telemetry.ts'
import { failure, readAnswer, type Failure } from './answer.ts'
import { authorized } from './authorized.ts'
import { createDeadline } from './deadline.ts'
import type { Platform } from './platform.ts'
import type { Session, Sessions } from './session.ts'
import { stableShare } from './stable-share.ts'

/** The oldest go first: a line that is down for an hour says the same thing over and over. */
export const RECORDS_MAX = 50
/** From a record to its sending, when the last was sent lately. */
export const BATCH_MS = 10_000
/** The first after a while goes sooner, and brings the pass; later than the flags are asked for. */
export const FIRST_BATCH_MS = 4000
/** A pass lives as long as a token, which is an operator's choice; this much of it is counted on. */
export const PASS_KEPT_MS = 300_000
const SEND_DEADLINE_MS = 10_000

/** Where and at what something was noticed, as far as it is known. */
export type Noticed = Pick<Partial<TelemetryRecord>, 'tabId' | 'requestId' | 'eventId'>
export type Count = <Name extends TelemetryName>(
  name: Name,
  fields: TelemetryFields[Name],
  noticed?: Noticed,
) => void

export interface Telemetry {
  count: Count
  /** Somebody signed in or out, a token came, a tab came or went. */
  arrange(): void
  /** The tab that was left this many records has sent them, and goes. */
  handedIn(records: number): void
}

/**
 * What went wrong or changed hands, in the words of the wire and without anybody's. Kept while a session lasts and handed
 * in with its token, by the sessions that are sampled. The only tab of a runtime is told what has not been sent yet: a
 * worker's last request is lost in two engines of three when its tab closes, a page's is not (measured).
 */
export function createTelemetry(deps: {
  platform: Pick<Platform, 'http' | 'clock'>
  sessions: Pick<Sessions, 'current'>
  build: string
  sampleRate: () => number
  tabs: () => Pick<Inspection['tabs'][number], 'tabId'>[]
  leave: (records: TelemetryRecord[], pass: string) => void
}): Telemetry {
  const { platform, sessions, build, tabs } = deps
  const { clock } = platform
  let records: TelemetryRecord[] = []
  let session: Session | null = null
  let pass = { value: '', at: -Infinity }
  let isSending = false
  let left = 0
  let cancel: (() => void) | null = null

  const hasPass = () => pass.value !== '' && clock.monotonicMs() - pass.at < PASS_KEPT_MS
  const isSampled = () => session !== null && stableShare(session.view.sh) < deps.sampleRate()

  function keep(next: TelemetryRecord[]): void {
    records = next.slice(-RECORDS_MAX)
    leaveToTab()
  }

  function leaveToTab(): void {
    const rest = tabs().length === 1 && hasPass() && !isSending && isSampled() ? records : []
    if (rest.length === 0 && left === 0) return
    left = rest.length
    deps.leave([...rest], rest.length > 0 ? pass.value : '')
  }

  function plan(): void {
    if (cancel || isSending || records.length === 0 || !session?.token()) return
    cancel = clock.after(hasPass() ? BATCH_MS : FIRST_BATCH_MS, () => {
      cancel = null
      if (!isSampled()) keep([])
      else if (records.length > 0 && session?.token()) void send(session)
    })
  }

  async function send(of: Session): Promise<void> {
    const batch = records
    isSending = true
    keep([])
    const deadline = createDeadline(clock, SEND_DEADLINE_MS, of.signal)
    // No answer, and one that cannot be read, are tried again like a portal's.
    const answer = await exchange(of, batch, deadline.signal).catch(() => failure('network'))
    deadline.end()
    isSending = false
    if (of === session && !answer.ok && mayPass(answer)) keep([...batch, ...records])
    plan()
  }

  async function exchange(
    of: Session,
    batch: TelemetryRecord[],
    signal: AbortSignal,
  ): Promise<Result<unknown>> {
    const response = await platform.http({
      method: 'POST',
      path: TELEMETRY_PATH,
      headers: { 'Content-Type': 'application/json', ...authorized(of.token()) },
      body: JSON.stringify({ records: batch }),
      keepalive: true,
      signal,
    })
    if (of === session) pass = { value: response.header(HEADER.pass) ?? '', at: clock.monotonicMs() }
    return readAnswer(response, clock.wallMs())
  }

  return {
    count(name, fields, noticed = {}) {
      const [tab] = tabs()
      if (!tab) return
      const record = {
        name,
        at: clock.wallMs(),
        tabId: tab.tabId,
        ...noticed,
        build,
        fields,
      } as TelemetryRecord
      keep([...records, record])
      plan()
    },
    arrange() {
      const next = sessions.current() ?? null
      if (next !== session) {
        // Whoever signs in again after an expiry may say what led to it; nothing of one person goes out under another.
        const isSame = session && next && session.view.user.id === next.view.user.id
        session = next
        pass = { value: '', at: -Infinity }
        cancel?.()
        cancel = null
        keep(isSame ? records : [])
      }
      leaveToTab()
      plan()
    },
    handedIn(sent) {
      keep(records.slice(sent))
    },
  }
}

function mayPass({ code, status }: Failure): boolean {
  return code === 'network' || status === 401 || status === 429 || status >= 500
}
