import type { Hono } from 'hono'
import { Registry } from 'prom-client'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Clock, Log, Random } from './deps.ts'
import { createFinance } from './finance/finance.ts'
import type { AppEnv } from './http/app-env.ts'
import { createCallLimits } from './http/call-limits.ts'
import { createRemote } from './http/remote.ts'
import { createOps, type Ops } from './ops/ops.ts'
import { createPollMeter } from './ops/poll-meter.ts'
import { createTenantMetrics } from './ops/tenant-metrics.ts'
import { createPeople } from './people/people.ts'
import { createPublish } from './publish/publish.ts'
import { createMemoryBroker, type LeftFeed, type MemoryBroker } from './realtime/memory-broker.ts'
import { createRealtime, type Realtime } from './realtime/realtime.ts'
import type { Passwords } from './session/passwords.ts'
import { createSession, type Session } from './session/session.ts'
import type { Assets } from './static/assets.ts'
import { createEventPublisher } from './store/event-publisher.ts'
import type { openStore } from './store/open-store.ts'
import { createTasks } from './tasks/tasks.ts'
import { createHashId } from './telemetry/hash-ids.ts'
import { createTelemetry } from './telemetry/telemetry.ts'
import { createRecordSweep, type RecordSweep } from './writes/record-sweep.ts'

export type Store = Awaited<ReturnType<typeof openStore>>

export interface Server {
  app: Hono<AppEnv>
  broker: MemoryBroker
  publisher: ReturnType<typeof createEventPublisher>
  realtime: Realtime
  session: Session
  sweep: RecordSweep
  ops: Ops
  /** Of this process; what a host adds to it is exported too. */
  registry: Registry
}

/** One server process around a store, without its sockets: what main.ts listens with and tests call in process. */
export function composeServer(deps: {
  config: Pick<
    Config,
    | 'accessTokenTtlS'
    | 'allowedOrigins'
    | 'callRates'
    | 'clientRules'
    | 'corsMaxAgeS'
    | 'environment'
    | 'legacyAllowed'
    | 'limits'
    | 'operatorKey'
    | 'previousSecrets'
    | 'publishApiKey'
    | 'publishQuota'
    | 'retireDeploysBefore'
    | 'telemetrySampleRate'
    | 'trustedProxies'
  >
  store: Store
  /** What the process before this one left. */
  left?: readonly LeftFeed[]
  secret: string
  /** Key of the hashed ids in the log, so that they stay the same when `secret` changes; by default `secret`. */
  hashSecret?: string
  passwords: Passwords
  assets: Assets
  clock: Clock
  random: Random
  log: Log
}): Server {
  const { config, store } = deps
  const parts = {
    ...deps,
    ...config,
    hashId: createHashId(deps.hashSecret ?? deps.secret),
    remote: createRemote(config.trustedProxies),
    callLimits: createCallLimits({ ...deps, ...config }),
  }
  const broker = createMemoryBroker(parts)
  const publisher = createEventPublisher({ ...deps, broker })
  const session: Session = createSession({
    ...parts,
    db: store.db,
    endPolls: (sid) => realtime.endSession(sid),
  })
  const registry = new Registry()
  const meter = createPollMeter([registry])
  const realtime: Realtime = createRealtime({ ...parts, broker, meter, authenticate: session.authenticate })
  const ops = createOps({
    ...parts,
    registry,
    meter,
    figures: realtime.figures,
    isDraining: realtime.draining,
  })
  const domain = { ...deps, broker, publisher, retireDeploysBefore: config.retireDeploysBefore }
  const app = createApp({
    ...parts,
    realtime,
    ops,
    tenantMetrics: createTenantMetrics({
      ...parts,
      broker,
      heldBy: realtime.heldBy,
      authenticate: session.authenticate,
    }),
    session,
    finance: createFinance(domain),
    tasks: createTasks(domain),
    people: createPeople(domain),
    publish: createPublish({ ...parts, broker }),
    telemetry: createTelemetry({ ...parts, authenticate: session.authenticate, hasEnded: session.hasEnded }),
    ping: () => store.ping(),
  })
  const sweep = createRecordSweep({ ...deps, db: store.db })
  return { app, broker, publisher, realtime, session, sweep, ops, registry }
}
