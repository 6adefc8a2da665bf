import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'vite'
import type { Outbox } from '../../worker/tab/outbox.ts'

declare global {
  // oxlint-disable-next-line no-var -- the one way to declare a global
  var standpipeOutbox: Outbox | undefined
}

/** A page that has the outbox of a tab and nothing else, as `standpipeOutbox`. */
export async function serveOutboxPage(): Promise<{ url: string; close(): void }> {
  const script = await bundled()
  const page = `<!doctype html><script type="module">${script};globalThis.standpipeOutbox = openOutbox()</script>`
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end(page)
  }).listen(0, 'localhost')
  await once(server, 'listening')
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () => void server.close(),
  }
}

async function bundled(): Promise<string> {
  const entry = join(import.meta.dirname, '../../worker/tab/outbox.ts')
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, formats: ['es'] } },
  })
  const [output] = [built].flat()
  if (!output || !('output' in output)) throw new Error('Nothing was built.')
  return output.output[0].code.replace(/export\s*\{\s*(\S+) as openOutbox\s*\};?/, 'const openOutbox = $1')
}
