import { launchBrowser, openTab, signIn } from '../support/browser.ts'
import { startServer } from '../support/server-process.ts'

const TABS = [1, 5, 20]
const SETTLE_MS = 5000
const WATCH_MS = 60_000

/** What a session that does nothing costs the server, by the number of its tabs: counted at the server. */
export async function idleRequests() {
  const browser = await launchBrowser()
  const rows: Record<string, number>[] = []
  for (const tabs of TABS) {
    const server = await startServer()
    const context = await browser.newContext()
    await signIn(context, server.url, 'owner@acme.test')
    for (let opened = 1; opened < tabs; opened += 1) await openTab(context, server.url)
    await sleep(SETTLE_MS)
    const before = server.lines.length
    await sleep(WATCH_MS)
    const lines = server.lines.slice(before).map((line) => line.msg)
    const polls = lines.filter((msg) => msg.startsWith('[RealtimeSubscribe]')).length
    rows.push({ tabs, 'polls per minute': polls, 'other requests per minute': lines.length - polls })
    await context.close()
    await server.dispose()
  }
  await browser.close()
  return { title: 'Requests of an idle session at the server', rows }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
