import { parseArgs } from 'node:util'
import { buildIfStale } from '../../server/build-if-stale.ts'
import { aborts } from './aborts.ts'
import { append } from './append.ts'
import { bundleSizes } from './bundle-sizes.ts'
import { coldStart } from './cold-start.ts'
import { crash } from './crash.ts'
import { drain } from './drain.ts'
import { expiry } from './expiry.ts'
import { fuzz } from './fuzz.ts'
import { idleRequests } from './idle-requests.ts'
import { logout } from './logout.ts'
import { polls } from './polls.ts'
import { outbox } from './outbox.ts'
import { publishToRow } from './publish-to-row.ts'
import { quietSession } from './quiet-session.ts'
import { rotation } from './rotation.ts'
import { storms } from './storms.ts'
import { takeover } from './takeover.ts'
import { twoBuilds } from './two-builds.ts'
import { writes } from './writes.ts'

/** `npm run bench [-- name [--option number]…]`: each figure as a table; without a name, all of them. */
const BENCHES = {
  sizes: bundleSizes,
  idle: idleRequests,
  rows: publishToRow,
  takeover,
  builds: twoBuilds,
  storm: storms,
  quiet: quietSession,
  expiry,
  logout,
  rotation,
  writes,
  polls,
  drain,
  'cold-start': coldStart,
  crash,
  aborts,
  fuzz,
  append,
  outbox,
}
const OPTIONS = [
  'seeds',
  'seed',
  'steps',
  'crashes',
  'closes',
  'minutes',
  'expiries',
  'logouts',
  'sessions',
  'rounds',
  'polls',
  'times',
  'starts',
  'cycles',
  'requests',
  'writes',
] as const

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(OPTIONS.map((name) => [name, { type: 'string' }] as const)),
})
const options = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]))
const wrong = Object.keys(options).find((name) => !((options[name] ?? 0) > 0))
if (wrong !== undefined) fail(`--${wrong} takes a number above 0.`)

buildIfStale()
const [name] = positionals
const chosen = Object.entries(BENCHES).filter(([key]) => name === undefined || key === name)
if (chosen.length === 0) fail(`There is no bench "${name}". There are: ${Object.keys(BENCHES).join(', ')}.`)
for (const [, bench] of chosen) {
  const { title, rows } = await bench(options)
  console.log(`\n${title}`)
  console.table(rows)
}

function fail(why: string): never {
  console.error(why)
  process.exit(2)
}
