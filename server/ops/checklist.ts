import { parseArgs } from 'node:util'
import { POINTS, signIn, type Login, type Target } from './checklist-points.ts'

const USAGE = 'npm run checklist -- <url> [--email owner] [--password …] [--origin https://app.example]'
const FAILED = 1
const NOT_RUN = 2

const say = (line: string) => void process.stdout.write(`${line}\n`)
const complain = (line: string) => void process.stderr.write(`${line}\n`)

/** `npm run checklist -- <url>`: what to look at after a deploy, each point a line; ends with 1 when one of them is wrong. */
async function run(target: Target): Promise<number> {
  let login: Login
  try {
    login = await signIn(target)
  } catch (error) {
    complain(`Nothing could be looked at: ${(error as Error).message}`)
    return NOT_RUN
  }
  let failed = 0
  for (const { id, says, look } of POINTS) {
    try {
      say(`ok   ${id} ${says}: ${await look(target, login)}`)
    } catch (error) {
      failed += 1
      say(`FAIL ${id} ${says}: ${(error as Error).message}`)
    }
  }
  say(`${POINTS.length - failed} of ${POINTS.length} points hold.`)
  say('By hand: the durations of "[RealtimeSubscribe][completed]" in the log, and two tabs in a browser.')
  return failed > 0 ? FAILED : 0
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    email: { type: 'string', default: 'owner@acme.test' },
    password: { type: 'string', default: 'standpipe-demo' },
    origin: { type: 'string' },
  },
})
const [url] = positionals
if (url === undefined || !URL.canParse(url)) {
  complain(USAGE)
  process.exitCode = NOT_RUN
} else {
  process.exitCode = await run({
    url: url.replace(/\/$/, ''),
    email: values.email,
    password: values.password,
    origin: values.origin ?? null,
  })
}
