import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { Engine, EngineTab } from './engine.ts'
import { findEngines } from './find-engines.ts'
import { spawnGroup, tempHome, waitForLine } from './spawned.ts'
import { openWebDriver, type WebDriver } from './web-driver.ts'

const READY_WITHIN_MS = 10_000
const LOOK_MS = 50
const SCRIPT_MS = 30_000

/**
 * WebKitGTK's MiniBrowser on a display of its own, for it has no headless mode. Each tab is a window, so all are in sight.
 * The driver knows no script that runs before a page's own ones and no crash; a killed page ends its session.
 */
export async function launchRealWebKit(): Promise<Engine> {
  const { xvfb, webKitDriver, miniBrowser } = findEngines()
  const home = tempHome()
  const screen = ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp']
  const display = spawnGroup(xvfb, screen, { home: tempHome() })
  const number = await waitForLine(display, 3, /(\d+)\n/)
  const port = await freePort()
  const driver = spawnGroup(webKitDriver, ['--host=127.0.0.1', `--port=${port}`], {
    home,
    env: {
      DISPLAY: `:${number}`,
      HOME: home,
      XDG_DATA_HOME: home,
      XDG_CACHE_HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_RUNTIME_DIR: home,
      GDK_BACKEND: 'x11',
      GSETTINGS_BACKEND: 'memory',
      NO_AT_BRIDGE: '1',
      // Without a graphics card the web process would wait for one.
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
    },
  })
  for (const { child } of [display, driver]) {
    // Nobody reads them, and a full pipe would stop the program.
    child.stdout?.resume()
    child.stderr?.resume()
  }
  const url = `http://127.0.0.1:${port}`
  await listening(`${url}/status`)
  const session = await openWebDriver(url, {
    'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation'] },
  })
  await session.command('POST', '/timeouts', { script: SCRIPT_MS })
  // The end of the last window is the end of the session: the first one stays.
  const first = await session.command<string>('GET', '/window')
  const windows = { current: first, first }

  return {
    name: 'webkit',
    async newTab() {
      const { handle } = await session.inOrder(async () => {
        await switchTo(session, windows, first)
        return session.command<{ handle: string }>('POST', '/window/new', { type: 'window' })
      })
      return tabOf(session, windows, handle)
    },
    async close() {
      await session
        .inOrder(() => session.end())
        .catch(() => {
          // It ended with its browser.
        })
      await driver.stop()
      await display.stop()
    },
  }
}

interface Windows {
  current: string
  readonly first: string
}

async function switchTo(session: WebDriver, windows: Windows, handle: string): Promise<void> {
  if (windows.current === handle) return
  await session.command('POST', '/window', { handle })
  windows.current = handle
}

function tabOf(session: WebDriver, windows: Windows, handle: string): EngineTab {
  const inTab = <T>(work: () => Promise<T>) =>
    session.inOrder(async () => {
      await switchTo(session, windows, handle)
      return work()
    })
  const command = (path: string, body: unknown) =>
    inTab(async () => {
      await session.command('POST', path, body)
    })

  return {
    goto: (url) => command('/url', { url }),
    async evaluate(fn, arg) {
      type Said = { value: Awaited<ReturnType<typeof fn>> } | { error: string }
      const script = `const [arg, done] = arguments
        Promise.resolve(arg).then(${String(fn)}).then((value) => done({ value }), (error) => done({ error: String(error) }))`
      const said = await inTab(() => session.command<Said>('POST', '/execute/async', { script, args: [arg] }))
      if ('error' in said) throw new Error(said.error)
      return said.value
    },
    reload: () => command('/refresh', {}),
    back: () => command('/back', {}),
    close: () =>
      inTab(async () => {
        await session.command('DELETE', '/window')
        await switchTo(session, windows, windows.first)
      }),
  }
}

/** Free a moment ago: the driver takes no 0. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function listening(url: string): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN_MS
  for (;;) {
    try {
      await fetch(url)
      return
    } catch (error) {
      if (Date.now() > giveUpAt) throw error
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }
}
