import { bundleSizes } from './bundle-sizes.ts'
import { idleRequests } from './idle-requests.ts'
import { publishToRow } from './publish-to-row.ts'
import { buildIfStale } from '../../server/build-if-stale.ts'

/** `npm run bench [sizes|idle|rows]`: each figure as a table; without a name, all of them. */
const BENCHES = { sizes: bundleSizes, idle: idleRequests, rows: publishToRow }

buildIfStale()
const [name] = process.argv.slice(2)
const chosen = Object.entries(BENCHES).filter(([key]) => name === undefined || key === name)
if (chosen.length === 0) {
  console.error(`There is no bench "${name}". There are: ${Object.keys(BENCHES).join(', ')}.`)
  process.exit(2)
}
for (const [, bench] of chosen) {
  const { title, rows } = await bench()
  console.log(`\n${title}`)
  console.table(rows)
}
