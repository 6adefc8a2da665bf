#!/usr/bin/env -S npx tsx
import { parseArgs } from 'node:util'
import { runSuite } from './suite.ts'

const USAGE = `Usage: standpipe-conformance <url> --email <e-mail> --password <password>
  [--other-email <user of another organisation>] [--narrow-email <user with fewer properties>]
  [--publish-key <PUBLISH_API_KEY>] [--origin <an allowed origin>] [--only EN01,CU07]
It writes tasks and pending transactions named "Conformance" where the user may.`

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    email: { type: 'string' },
    password: { type: 'string' },
    'other-email': { type: 'string' },
    'narrow-email': { type: 'string' },
    'publish-key': { type: 'string' },
    origin: { type: 'string' },
    only: { type: 'string' },
  },
})
const [url] = positionals
const { email, password, origin } = values
if (url === undefined || email === undefined || password === undefined || !URL.canParse(url)) {
  process.stderr.write(`${USAGE}\n`)
  process.exit(2)
}
const optional = {
  otherEmail: values['other-email'],
  narrowEmail: values['narrow-email'],
  publishKey: values['publish-key'],
  origin,
}
const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined))
const verdicts = await runSuite(
  { url, email, password, ...given },
  ({ line }) => process.stdout.write(`${line}\n`),
  values.only?.split(','),
).catch((error: unknown) => {
  process.stderr.write(`The suite cannot begin: ${String(error)}\n`)
  process.exit(2)
})
const count = (result: string) => verdicts.filter((verdict) => verdict.result === result).length
process.stdout.write(`${count('pass')} passed, ${count('fail')} failed, ${count('skip')} skipped\n`)
process.exit(count('fail') > 0 ? 1 : 0)
