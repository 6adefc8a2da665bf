import { randomUUID } from 'node:crypto'
import type { Host } from '../../worker/wire/port.ts'
import { createCrowd, type Crowd, type CrowdTab } from './crowd.ts'
import { createDraw } from './draw.ts'
import type { Engine } from './engine.ts'
import { createClient } from './http-client.ts'
import { pollFigures, type PollFigures } from './poll-figures.ts'
import { ACTIONS, comeBack, drawAction, HERE_MIN, type ActionName } from './storm-actions.ts'
import type { WatchedServer } from './watched-server.ts'

const ROW_WITHIN_MS = 10_000
const LOOK_MS = 50
/** Every so many actions somebody else enters something. */
const ENTRY_EVERY = 3

export interface StormOptions {
  seed: number
  /** Of weather. The same seed has the same actions, on a slow machine as well. */
  steps: number
  /** Between the end of one action and the next. */
  stepMs: number
  /** Of the tab that is opened next, by how many were opened before it. */
  hostOf: (opened: number) => Host
}

export interface StormReport {
  figures: PollFigures
  actions: Partial<Record<ActionName, number>>
  /** What was done and when, ms from the begin: to be read beside the polls. */
  log: { at: number; action: ActionName }[]
  /** Wall-clock ms of the begin. */
  from: number
  /** What is not as it should be once it is calm again; one line each. */
  wrong: string[]
}

/**
 * Opens, closes, crashes, leaves, freezes and comes back, as the seed has it, mostly at the tab that matters; then looks
 * whether every tab is live and has what somebody else entered, each once. Needs the server and a fresh profile for itself.
 */
export async function storm(
  engine: Engine,
  server: WatchedServer,
  { seed, steps, stepMs, hostOf }: StormOptions,
): Promise<StormReport> {
  const { url } = server
  const draw = createDraw(seed)
  const crowd = createCrowd(engine, { url, email: 'owner@acme.test', draw, hostOf })
  const other = await createClient(url, 'manager@acme.test')
  while (crowd.tabs().length <= HERE_MIN) await crowd.open()
  await crowd.look()

  // The server may have seen the same storm before.
  const mark = randomUUID().slice(0, 8)
  const entries: string[] = []
  const enter = async () => {
    entries.push(`Storm ${seed} (${mark}), entry ${String(entries.length + 1).padStart(3, '0')}`)
    await other.enter(randomUUID(), entries.at(-1) ?? '')
  }

  const from = Date.now()
  const log: StormReport['log'] = []
  const actions: StormReport['actions'] = {}
  while (log.length < steps) {
    const action = drawAction(crowd, draw)
    log.push({ at: Date.now() - from, action })
    actions[action] = (actions[action] ?? 0) + 1
    await ACTIONS[action].run(crowd, draw, url)
    await crowd.look()
    if (log.length % ENTRY_EVERY === 0) await enter()
    await new Promise((resolve) => setTimeout(resolve, stepMs))
  }
  const figures = pollFigures(server.polls(), from, Date.now())

  for (const tab of crowd.tabs()) await comeBack(tab)
  await enter()
  const wrong: string[] = []
  for (const tab of crowd.tabs()) wrong.push(...(await whatIsWrong(tab, crowd, entries)))
  return { figures, actions, log, from, wrong }
}

async function whatIsWrong(tab: CrowdTab, crowd: Crowd, entries: readonly string[]): Promise<string[]> {
  const name = `tab ${crowd.tabs().indexOf(tab) + 1} of ${crowd.tabs().length}`
  // A hidden page lays out no rows.
  await tab.show?.()
  const wrong: string[] = []
  await tab.live().catch((error: unknown) => wrong.push(`${name} is not live: ${String(error)}`))
  const giveUpAt = Date.now() + ROW_WITHIN_MS
  for (const entry of entries) {
    let rows = await tab.rows(entry)
    while (rows !== 1 && Date.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      rows = await tab.rows(entry)
    }
    if (rows !== 1) wrong.push(`${name} shows "${entry}" ${rows} times`)
  }
  const events = Object.entries((await tab.runtime())?.events ?? {})
  for (const [id, times] of events)
    if (times > 1) wrong.push(`${name} was sent the event ${id} ${times} times`)
  return wrong
}
