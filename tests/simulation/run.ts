import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { BUGS } from './bugs.ts'
import { huntBug } from './plant.ts'
import { runWorld } from './world.ts'

interface Tally {
  ran: number
  failed: number
  virtualMs: number
}

const HELP = `npm run sim -- [--seed N] [--seeds K] [--hours H] [--trace] [--first]   worlds from seeds N to N+K-1, H hours each
npm run sim -- --bugs | --bug name,… [--seeds K] [--hours H]                    the planted bugs, each hunted with K seeds`

const { values } = parseArgs({
  allowPositionals: false,
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    hours: { type: 'string', default: '1' },
    /** Every line of what happens. */
    trace: { type: 'boolean', default: false },
    /** Ends with the first seed that fails. */
    first: { type: 'boolean', default: false },
    /** Processes to share the seeds; as many as there are cores. */
    jobs: { type: 'string' },
    bugs: { type: 'boolean', default: false },
    bug: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const say = (line: string) => void process.stdout.write(`${line}\n`)
const seconds = (ms: number) => (ms / 1000).toFixed(1)
const hours = Number(values.hours)

/** The seeds of one process. */
async function runSeeds(first: number, count: number): Promise<Tally> {
  const tally: Tally = { ran: 0, failed: 0, virtualMs: 0 }
  for (let seed = first; seed < first + count; seed += 1) {
    const outcome = await runWorld({ seed, hours, ...(values.trace ? { print: say } : {}) })
    tally.virtualMs += outcome.virtualMs
    tally.ran += 1
    if (outcome.violation === null) {
      if (count === 1) say(`seed ${seed}: everything held; ${outcome.timers} timers, trace ${outcome.digest}`)
      continue
    }
    tally.failed += 1
    if (!values.trace) say(`seed ${seed} drew ${outcome.drawn}\n${outcome.tail.join('\n')}`)
    say(`seed ${seed} FAILED: ${outcome.violation}`)
    say(`replay: npm run sim -- --seed ${seed} --hours ${hours} --trace`)
    if (values.first) break
  }
  return tally
}

/** A process a core, each with its share of the seeds; what they say of failures comes through as it is. */
async function runJobs(first: number, count: number): Promise<Tally> {
  const jobs =
    values.first || values.trace ? 1 : Math.min(count, Number(values.jobs ?? availableParallelism()))
  if (jobs <= 1) return runSeeds(first, count)
  const share = Math.ceil(count / jobs)
  const tallies = await Promise.all(
    Array.from({ length: jobs }, (_, job) =>
      runJob(first + job * share, Math.min(share, count - job * share)),
    ),
  )
  const sum = (key: keyof Tally) => tallies.reduce((all, tally) => all + tally[key], 0)
  return { ran: sum('ran'), failed: sum('failed'), virtualMs: sum('virtualMs') }
}

function runJob(first: number, count: number): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const args = ['--seed', String(first), '--seeds', String(count), '--hours', String(hours), '--jobs', '1']
    const job = fork(fileURLToPath(import.meta.url), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    let tally: Tally | null = null
    job.on('message', (message) => (tally = message as Tally))
    job.on('exit', () =>
      tally ? resolve(tally) : reject(new Error(`The job of the seeds from ${first} broke.`)),
    )
  })
}

async function run(): Promise<boolean> {
  const startedAt = performance.now()
  const tally = await runJobs(Number(values.seed), Number(values.seeds ?? '1'))
  if (process.send) process.send(tally)
  else {
    const tookMs = performance.now() - startedAt
    const ratio = Math.round(tally.virtualMs / tookMs).toLocaleString('en')
    const held = `${tally.ran - tally.failed} of ${tally.ran} seeds clean`
    say(
      `${held}; ${(tally.virtualMs / 3_600_000).toFixed(1)} h in ${seconds(tookMs)} s, ${ratio} × real time`,
    )
  }
  return tally.failed === 0
}

function huntBugs(): boolean {
  const seeds = Number(values.seeds ?? '100')
  const wanted =
    values.bug === undefined ? BUGS : BUGS.filter(({ name }) => values.bug?.split(',').includes(name))
  if (wanted.length === 0)
    throw new Error(`There is no such bug. There are: ${BUGS.map(({ name }) => name).join(', ')}`)
  let found = 0
  for (const bug of wanted) {
    const startedAt = performance.now()
    const { seed, said } = huntBug(bug, seeds, hours)
    if (seed !== null) found += 1
    const by = seed === null ? 'NOT FOUND' : `found by seed ${seed}`
    say(
      `${bug.name.padEnd(16)} ${by.padEnd(20)} ${seconds(performance.now() - startedAt).padStart(6)} s  ${bug.what}\n${' '.repeat(17)}${said}`,
    )
  }
  say(`${found} of ${wanted.length} planted bugs found`)
  return found === wanted.length
}

if (values.help) say(HELP)
else if (!(values.bugs || values.bug !== undefined ? huntBugs() : await run())) process.exitCode = 1
