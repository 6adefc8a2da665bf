import { createLeaseLocks } from '../../worker/core/lease-locks.ts'
import type { Locks, Platform } from '../../worker/core/platform.ts'
import type { createOutbox } from '../../worker/core/outbox.ts'
import { createRuntime, type CoreRuntime } from '../../worker/core/runtime.ts'
import { createSendAlone } from '../../worker/core/send-alone.ts'
import { serveTab, type TabPort } from '../../worker/hosts/serve-tab.ts'
import { PAGE_LEASE_MS, WORKER_LEASE_MS } from '../../worker/platform/locks.ts'
import type { HostHints } from '../../worker/tab/host-choice.ts'
import type { Recovery } from '../../worker/tab/local-settings.ts'
import type { LogoutSignals } from '../../worker/tab/logout-signals.ts'
import type { PortHandlers, RuntimePort } from '../../worker/tab/page.ts'
import { runtimeLock } from '../../worker/wire/names.ts'
import type { Host, RuntimeCalls, RuntimeFrame } from '../../worker/wire/port.ts'
import { createSharedParts, type Quirks } from './browser.ts'
import { createContext, type Context, type Wall } from './context.ts'
import type { Network } from './network.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { SimPage } from './sim-page.ts'
import type { VirtualTime } from './virtual-time.ts'

/** How long a SharedWorker outlives its last page where the engine lets it (measured, Chromium 156). */
const EXTENDED_LIFE_MS = 300_000

export interface Worker {
  context: Context
  runtime: CoreRuntime
  host: Host
  /** The page whose process it lives in. */
  creator: SimPage
  owners: Set<SimPage>
  connect(page: SimPage, handlers: PortHandlers): RuntimePort
  /** The same worker again, with nothing in its memory, on the ports it had. */
  restart(): void
}

/** One browser profile: pages, the workers they made, and all they share. */
export interface Profile {
  readonly name: string
  readonly quirks: Quirks
  readonly wall: Wall
  hints(): HostHints
  open(page: SimPage, host: Host, name: string, handlers: PortHandlers): RuntimePort
  locksOf(context: Context): Locks
  recovery: Recovery
  /** What a page tells the others by the storage. */
  logoutSignals(context: Context): LogoutSignals
  /** What a page makes its outbox of. */
  outboxParts(context: Context): Parameters<typeof createOutbox>[0]
  /** The browser lets the service worker send, whether a page is open or not. */
  sync(): Context
  isOnline(): boolean
  /** Dedicated workers of a page: they sleep and die with it. */
  hostedBy(page: SimPage): Context[]
  /** The renderer of a page ends: with it go the workers that live there. */
  crash(page: SimPage): void
  /** The document is gone, gracefully. */
  left(page: SimPage): void
  sharedWorkers(): Worker[]
  /** A worker of its own process ends, and no page with it. */
  kill(worker: Worker): void
  setChannelFaults(lost: number, twice: number): void
  loseNextGrant(name: string): void
  /** Every runtime alive. */
  runtimes(): { context: Context; runtime: CoreRuntime }[]
  held(): Map<string, Context>
}

export function createProfile(deps: {
  name: string
  time: VirtualTime
  random: SeededRandom
  network: Network
  quirks: Quirks
  wall: Wall
  flag: string
  warn: (context: Context, message: string) => void
}): Profile {
  const { name, time, random, network, quirks } = deps
  const parts = createSharedParts(time, random.fork('parts'), quirks)
  const workers = new Set<Worker>()
  const shared = new Map<string, Worker>()
  let made = 0
  let recovery = 0
  const logoutEars = new Set<{ context: Context; onLogout: (sh: string) => void }>()

  function locksFor(context: Context, leaseMs: number): Locks {
    if (quirks.hasLocks) return parts.locksOf(context)
    return createLeaseLocks({ clock: context.clock, store: parts.storeOf(context), random }, leaseMs)
  }

  function platformOf(context: Context): Platform {
    return {
      clock: context.clock,
      random,
      http: network.httpOf(context),
      locks: locksFor(context, WORKER_LEASE_MS),
      channels: parts.channelsOf(context),
      store: parts.storeOf(context),
      outbox: parts.outboxOf(context),
      log: (_level, message, { reason = '' } = {}) => deps.warn(context, `${message} ${reason as string}`),
    }
  }

  function createWorker(page: SimPage, host: Host): Worker {
    let context: Context
    let runtime: CoreRuntime
    let locks: Locks
    let alive: Promise<void>
    const ports = new Set<(again: boolean) => void>()

    /** As the entry of the worker does: its lock first, then a hello on every port. */
    function boot(): void {
      context = createContext(time, `${host} ${name}.${(made += 1)}`, deps.wall)
      const own = context
      const platform = platformOf(own)
      locks = platform.locks
      const instanceId = `${name}-w${made}`
      const born = createRuntime({ platform, build: page.build, host, instanceId })
      runtime = born
      alive = new Promise<void>((held) => {
        locks
          .request(runtimeLock(instanceId), {}, () => {
            held()
            return new Promise<never>(() => {})
          })
          .catch(() => void born.stop().finally(() => own.die()))
      })
    }
    boot()

    function connect(owner: SimPage, { onFrame }: PortHandlers): RuntimePort {
      let open = true
      let toWorker: ((event: MessageEvent<unknown>) => void)[] = []
      const port: TabPort = {
        postMessage(message) {
          const data = structuredClone(message) as RuntimeFrame
          const calls = data.t === 'hello' ? callsOver(owner) : null
          deliver(owner.context, () => open && onFrame(data, calls))
        },
        addEventListener: (_type, listener) => void toWorker.push(listener),
      }
      async function serve(): Promise<void> {
        await alive
        serveTab(port, { runtime, build: owner.build, host, locks, offerCalls: () => [] })
      }
      const begin = () => void serve()
      deliver(context, begin)
      ports.add(() => {
        toWorker = []
        if (open) deliver(context, begin)
      })
      return {
        post(frame) {
          const data: unknown = structuredClone(frame)
          deliver(context, () => {
            for (const listener of toWorker) listener({ data } as MessageEvent<unknown>)
          })
        },
        close() {
          open = false
          if (host === 'tab') end(worker)
        },
      }
    }

    /** A way takes its time, and what is on it arrives in the order of sending. */
    let lastAt = 0
    function deliver(to: Context, fn: () => void): void {
      lastAt = Math.max(lastAt, time.now() + random.int(0, 2))
      time.after(lastAt - time.now(), () => to.run(fn))
    }

    function callsOver(owner: SimPage): RuntimeCalls {
      const { calls } = runtime
      const over =
        <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
        (...args: A) =>
          new Promise<R>((resolve) => {
            deliver(context, () => {
              void call(...args).then((result) => deliver(owner.context, () => resolve(result)))
            })
          })
      return {
        login: over(calls.login),
        logout: over(calls.logout),
        request: over(calls.request),
        retryNow: over(calls.retryNow),
        inspect: over(calls.inspect),
      }
    }

    const worker: Worker = {
      host,
      creator: page,
      owners: new Set([page]),
      connect,
      get context() {
        return context
      },
      get runtime() {
        return runtime
      },
      restart() {
        context.die()
        boot()
        for (const again of ports) again(true)
      },
    }
    workers.add(worker)
    return worker
  }

  function end(worker: Worker): void {
    workers.delete(worker)
    for (const [key, each] of shared) if (each === worker) shared.delete(key)
    worker.context.die()
  }

  function disown(page: SimPage): void {
    for (const worker of workers) {
      if (!worker.owners.delete(page) || worker.owners.size > 0) continue
      if (worker.host === 'shared-worker' && quirks.extendedLifetime)
        time.after(EXTENDED_LIFE_MS, () => void (worker.owners.size === 0 && end(worker)))
      else end(worker)
    }
  }

  return {
    name,
    quirks,
    wall: deps.wall,
    hints: () => ({ hasSharedWorker: true, isWebKit: quirks.isWebKit, flag: deps.flag }),
    open(page, host, workerName, handlers) {
      if (host === 'tab') return createWorker(page, host).connect(page, handlers)
      const key = `${page.build} ${workerName}`
      const worker = shared.get(key) ?? createWorker(page, host)
      shared.set(key, worker)
      worker.owners.add(page)
      return worker.connect(page, handlers)
    },
    locksOf: (context) => locksFor(context, PAGE_LEASE_MS),
    recovery: {
      read: () => recovery,
      raise(from) {
        if (from === recovery) recovery += 1
      },
    },
    logoutSignals: (context) => ({
      announce(sh) {
        for (const ear of logoutEars)
          if (ear.context !== context) time.after(1, () => ear.context.run(() => ear.onLogout(sh)))
      },
      listen(onLogout) {
        const ear = { context, onLogout }
        logoutEars.add(ear)
        return () => void logoutEars.delete(ear)
      },
    }),
    outboxParts: (context) => ({
      table: parts.outboxOf(context),
      channels: parts.channelsOf(context),
      clock: context.clock,
    }),
    sync() {
      const context = createContext(time, `service worker ${name}.${(made += 1)}`, deps.wall)
      const send = createSendAlone({
        platform: platformOf(context),
        instanceId: `${name}-sw${made}`,
        // One that is asleep for good is as good as none.
        hasTabs: () => Promise.resolve(false),
      })
      context.run(() => void send())
      return context
    },
    isOnline: () => network.isOnline(),
    hostedBy: (page) =>
      [...workers]
        .filter((each) => each.host === 'tab' && each.creator === page)
        .map(({ context }) => context),
    crash(page) {
      page.context.die()
      for (const worker of workers) if (worker.creator === page) end(worker)
      disown(page)
    },
    left: disown,
    sharedWorkers: () => [...shared.values()],
    runtimes: () =>
      [...workers]
        .filter(({ context }) => !context.isDead())
        .map(({ context, runtime }) => ({ context, runtime })),
    kill: end,
    setChannelFaults: parts.setChannelFaults,
    loseNextGrant: parts.loseNextGrant,
    held: () => parts.held(),
  }
}
