import type { Host, RuntimeCalls, RuntimeFrame, TabFrame } from '../../worker/wire/port.ts'
import type { HostHints } from '../../worker/tab/host-choice.ts'
import type { Page } from '../../worker/tab/page.ts'
import type { PageSignals } from '../../worker/tab/page-signals.ts'
import { createTabFlags } from '../../worker/tab/tab-flags.ts'
import { runtimeLock } from '../../worker/wire/names.ts'
import type { TelemetryRecord } from '../../worker/wire/telemetry.ts'
import { createBrowserProfile, type BrowserProfile } from './browser-profile.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

/** A runtime as seen from the page that opened it: a script's worth of nothing until a test makes it speak. */
export interface OpenedRuntime {
  host: Host
  name: string
  closed: boolean
  /** Its lock was taken from it. */
  wasGivenUp: boolean
  received: TabFrame[]
  send(frame: RuntimeFrame): void
  /** Takes its lock, then says hello, as the hosts do. */
  hello(instanceId: string, calls?: Partial<RuntimeCalls>): Promise<void>
  /** Its script could not be loaded. */
  fail(): void
  /** Crashes without a word. */
  die(): void
}

export interface FakePage {
  page: Page
  time: VirtualClock
  profile: BrowserProfile
  opened: OpenedRuntime[]
  /** The one opened last. */
  last(): OpenedRuntime
  hide(): void
  show(): void
  change(woke: boolean): void
  reported: unknown[]
  state: { visible: boolean; online: boolean }
  hints: HostHints
  /** From now on the constructor of this kind of host throws. */
  refuse(host: Host): void
  /** Another tab signs this session out. */
  logOutElsewhere(sh: string): void
  /** What this tab told the others. */
  announced: string[]
  /** How often runtimes were given up so far. */
  recovery(): number
  /** What is in the storage for flags. */
  flagsSaid: { local: unknown; remote: unknown }
  /** What was handed in as a page goes. */
  handedIn: { records: TelemetryRecord[]; pass: string }[]
}

/** A document without a browser, in virtual time. */
export function createFakePage(): FakePage {
  const time = createVirtualClock()
  const profile = createBrowserProfile(time)
  const document = profile.join()
  const opened: OpenedRuntime[] = []
  const reported: unknown[] = []
  const refused = new Set<Host>()
  const state = { visible: true, online: true }
  const hints: HostHints = { hasSharedWorker: true, isWebKit: false, flag: 'auto' }
  let listener: PageSignals | null = null
  const flagsSaid: FakePage['flagsSaid'] = { local: null, remote: null }
  const handedIn: FakePage['handedIn'] = []
  let ids = 0
  const announced: string[] = []
  let onLogout: ((sh: string) => void) | null = null
  let recovery = 0

  const open: Page['open'] = (host, name, { onFrame, onTrouble }) => {
    if (refused.has(host)) throw new DOMException('The operation is insecure.', 'SecurityError')
    const context = profile.join()
    const runtime: OpenedRuntime = {
      host,
      name,
      closed: false,
      wasGivenUp: false,
      received: [],
      send: (frame) => onFrame(frame, null),
      async hello(instanceId, calls = {}) {
        await new Promise<void>((held) => {
          context.locks
            .request(runtimeLock(instanceId), {}, () => {
              held()
              return new Promise<never>(() => {})
            })
            .catch(() => {
              runtime.wasGivenUp = true
            })
        })
        onFrame({ t: 'hello', instanceId, build: 'b1', wire: 1, host }, calls as RuntimeCalls)
        await time.advance(0)
      },
      fail: onTrouble,
      die: () => context.die(),
    }
    opened.push(runtime)
    return {
      post: (frame) => void runtime.received.push(structuredClone(frame) as TabFrame),
      close() {
        runtime.closed = true
        if (host === 'tab') context.die()
      },
    }
  }

  return {
    time,
    profile,
    opened,
    reported,
    state,
    hints,
    refuse: (host) => void refused.add(host),
    last() {
      const runtime = opened.at(-1)
      if (!runtime) throw new Error('Nothing was opened.')
      return runtime
    },
    hide: () => listener?.onHide(),
    show: () => listener?.onShow(),
    change: (woke) => listener?.onChange(woke),
    recovery: () => recovery,
    announced,
    logOutElsewhere: (sh) => onLogout?.(sh),
    flagsSaid,
    handedIn,
    page: {
      hints: () => hints,
      open,
      logouts: {
        announce: (sh) => void announced.push(sh),
        listen(listener) {
          onLogout = listener
          return () => (onLogout = null)
        },
      },
      locks: document.locks,
      clock: {
        monotonicMs: () => time.now(),
        wallMs: () => time.now(),
        after: (ms, fn) => time.after(ms, fn),
      },
      recovery: {
        read: () => recovery,
        raise(from) {
          if (from === recovery) recovery += 1
        },
      },
      flags: createTabFlags(
        {
          local: () => flagsSaid.local,
          remote: () => flagsSaid.remote,
          keepRemote: (remote) => void (flagsSaid.remote = remote),
        },
        () => time.now(),
      ),
      handIn: (records, pass) => void handedIn.push({ records, pass }),
      fraction: () => 0.5,
      deploy: () => 3,
      id: () => `tab${(ids += 1)}`,
      signals(next) {
        listener = next
        return () => {
          listener = null
        }
      },
      state: () => state,
      report: (error) => void reported.push(error),
    },
  }
}
