/** What a WebDriver session is asked for, one command after another: a driver takes one at a time. */
export interface WebDriver {
  command<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>
  /** Runs commands that belong together: no other comes between them. */
  inOrder<T>(work: () => Promise<T>): Promise<T>
  /** Ends the session and with it the browser. */
  end(): Promise<void>
}

interface WireValue<T> {
  value: T & { error?: string; message?: string }
}

/** Opens a session (W3C WebDriver §8.1) at a driver that is listening. */
export async function openWebDriver(url: string, capabilities: Record<string, unknown>): Promise<WebDriver> {
  async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const reply = await fetch(url + path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const { value } = (await reply.json()) as WireValue<T>
    if (!reply.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`)
    return value
  }

  const { sessionId } = await send<{ sessionId: string }>('POST', '/session', {
    capabilities: { alwaysMatch: capabilities },
  })
  const session = `/session/${sessionId}`
  let last: Promise<unknown> = Promise.resolve()

  return {
    command: (method, path, body) => send(method, session + path, body),
    inOrder(work) {
      const mine = last.then(work, work)
      last = mine
      return mine
    },
    end: () => send('DELETE', session),
  }
}
