import { basename, dirname, join } from 'node:path'
import { collectDefaultMetrics } from 'prom-client'
import { composeServer } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'
import { buildFingerprint, takeDeployNumber } from './deploys/deploy-number.ts'
import { keepBuilds } from './deploys/kept-builds.ts'
import { withDeploy } from './deploys/with-deploy.ts'
import { codeOf, listen } from './listen.ts'
import { createProcessLog, systemClock, systemRandom } from './node-deps.ts'
import { readyLine, urlOf } from './ready-line.ts'
import { createSnapshotFile } from './realtime/snapshot-file.ts'
import { keptAuthSecret, keptHashSecret, makeDataDir } from './secrets.ts'
import { createIdentityStore } from './session/identity-store.ts'
import { createPasswords, PASSWORD_COST } from './session/passwords.ts'
import { createShutdown, SHUTDOWN_BOUND_MS } from './shutdown.ts'
import { readAssets } from './static/read-assets.ts'
import { seedDemo } from './store/demo-data.ts'
import { holdFolder } from './store/hold-folder.ts'
import { openStore } from './store/open-store.ts'
import { keptClientRules } from './telemetry/read-client-rules.ts'

const CANNOT_START = 2
const CRASHED = 1
/** Its account stands for the demo data: what was put in at an earlier start still counts. */
const DEMO_LOGIN = 'owner@acme.test'
const [clock, random, log] = [systemClock, systemRandom, createProcessLog()]

async function start(): Promise<void> {
  const { config, warnings } = readConfig(process.env)
  for (const warning of warnings) log('warn', warning)
  makeDataDir(config.dataDir)
  // Read before anything is opened: a file that is wrong stops the start.
  const clientRules = process.env.CLIENT_CONFIG ? config.clientRules : keptClientRules(config.dataDir)
  const secret = config.authSecret ?? keptAuthSecret(config.dataDir, random)
  const letGo = config.databaseUrl === null ? holdFolder(config.dataDir) : () => {}
  const passwords = createPasswords(PASSWORD_COST)
  const store = await openStore({ ...config, log }).catch((error: unknown) => {
    const code = codeOf(error)
    if (config.databaseUrl === null || code === undefined) throw error
    throw new ConfigError(
      'DATABASE_URL',
      config.databaseUrl,
      `a database that lets us in (it says ${code})`,
      true,
    )
  })
  if (config.seedDemo) await seedDemo({ store, clock, hashPassword: passwords.hash })

  const built = readAssets(appFolder())
  const fingerprint = buildFingerprint(built)
  const deploy = config.deployNumber || (await takeDeployNumber({ db: store.db, clock }, fingerprint))
  const assets = keepBuilds(withDeploy(built, deploy), { ...config, clock, log })
  log('info', '[Deploy]', { deploy, fingerprint, retiredBefore: config.retireDeploysBefore })
  const snapshot = createSnapshotFile({ ...config, clock, log })
  const server = composeServer({
    config: { ...config, clientRules },
    store,
    left: snapshot.take(),
    secret,
    hashSecret: config.hashSecret ?? keptHashSecret(config.dataDir, random),
    passwords,
    assets,
    clock,
    random,
    log,
  })
  collectDefaultMetrics({ register: server.registry })
  server.ops.begin()
  await server.session.recall()
  await server.publisher.flush()
  const { port, lastAnswers, close } = await listen(server.app, config.host, config.port, config).catch(
    (error: unknown) => {
      // Nobody was served: whoever is started in our place goes on from there.
      snapshot.save(server.broker.leave())
      throw error
    },
  )

  const { leave } = createShutdown({
    steps: [
      { name: 'retention', run: () => server.broker.stopAging() },
      { name: 'connections', run: lastAnswers },
      { name: 'polls', run: (withinMs) => server.realtime.drain({ withinMs, awayMs: config.restartMs }) },
      { name: 'sockets', run: () => close(SHUTDOWN_BOUND_MS) },
      { name: 'sessions', run: () => server.session.settled() },
      { name: 'ops', run: () => server.ops.close() },
      { name: 'sweep', run: () => server.sweep.close() },
      { name: 'publisher', run: () => server.publisher.close() },
      { name: 'realtime', run: () => server.realtime.close() },
      { name: 'feeds', run: () => snapshot.save(server.broker.leave()) },
      { name: 'broker', run: () => server.broker.close() },
      { name: 'store', run: () => store.close().then(letGo) },
    ],
    exit: (code) => process.exit(code),
    clock,
    log,
  })
  // Who presses Ctrl-C sits and waits; so does who develops, at every change.
  const isWatched = config.environment === 'development'
  process.on('SIGTERM', () => leave(isWatched ? 0 : config.drainMs))
  process.on('SIGINT', () => leave(0))
  const demo = await createIdentityStore(store.db).accountOf(DEMO_LOGIN)
  process.stdout.write(`${readyLine(urlOf(config.host, port), demo !== undefined)}\n`)
}

/** The built app: beside the built server, and under dist/ when the sources are run. */
function appFolder(): string {
  const here = import.meta.dirname
  return basename(dirname(here)) === 'dist' ? join(here, '../app') : join(here, '../dist/app')
}

/** What the person who starts it can put right, in one line; null for everything that is a fault of ours. */
function whyNot(error: unknown): string | null {
  if (error instanceof ConfigError) return error.message
  const place = `${process.env.HOST || 'localhost'} port ${process.env.PORT || '4000'}`
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `${place} is taken by another program: stop that one, or set PORT to another port (0 picks a free one).`
    case 'EACCES':
      return `${place} may not be used by this account: set PORT to one above 1023.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${place} is not an address of this machine: set HOST to one that is.`
    default:
      return null
  }
}

function crash(error: unknown): never {
  log('error', 'The server stops: nobody expected this.', {
    error: error instanceof Error ? error.stack : String(error),
  })
  process.exit(CRASHED)
}

// A state that nobody foresaw is left by a restart, not by going on; what a route throws never gets here.
process.on('unhandledRejection', crash)
process.on('uncaughtException', crash)

await start().catch((error: unknown) => {
  const line = whyNot(error)
  if (line === null) crash(error)
  process.stderr.write(`${line}\n`)
  process.exit(CANNOT_START)
})
