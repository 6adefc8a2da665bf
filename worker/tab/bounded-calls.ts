import { HEADER } from '../wire/headers.ts'
import { CALL_DEADLINE_MS, type LinkCode, type Result, type RuntimeCalls } from '../wire/port.ts'
import type { Link } from './link.ts'
import type { Page } from './page.ts'

/**
 * The calls of whatever runtime this tab is linked to. A Comlink call to a worker that died waits for ever, so each has a
 * deadline and ends when the link is lost; the trouble is a value, and nothing here rejects.
 */
export function createBoundedCalls(
  page: Pick<Page, 'clock'>,
  tabId: string,
  link: () => Promise<Link>,
): RuntimeCalls {
  const own = { [HEADER.tab]: tabId }

  async function bounded<T>(call: (calls: Link['calls']) => Promise<Result<T>>): Promise<Result<T>> {
    let cancel = () => {}
    const deadline = new Promise<Result<T>>((resolve) => {
      cancel = page.clock.after(CALL_DEADLINE_MS, () => resolve(trouble('timeout')))
    })
    try {
      return await Promise.race([deadline, overLink(call)])
    } finally {
      cancel()
    }
  }

  async function overLink<T>(call: (calls: Link['calls']) => Promise<Result<T>>): Promise<Result<T>> {
    const { calls, lost } = await link()
    const { promise, end } = whenLost<T>(lost)
    try {
      return await Promise.race([call(calls), promise])
    } catch {
      return trouble('link_lost')
    } finally {
      end()
    }
  }

  return {
    login: (credentials) => bounded((calls) => calls.login(credentials)),
    logout: (scope, sh) => bounded((calls) => calls.logout(scope, sh)),
    request: (request) =>
      bounded((calls) => calls.request({ ...request, headers: { ...request.headers, ...own } })),
    retryNow: () => bounded((calls) => calls.retryNow()),
    inspect: () => bounded((calls) => calls.inspect()),
  }
}

function whenLost<T>(lost: AbortSignal): { promise: Promise<Result<T>>; end: () => void } {
  let end = () => {}
  const promise = new Promise<Result<T>>((resolve) => {
    const onLost = () => resolve(trouble('link_lost'))
    if (lost.aborted) onLost()
    lost.addEventListener('abort', onLost, { once: true })
    end = () => lost.removeEventListener('abort', onLost)
  })
  return { promise, end }
}

function trouble(code: LinkCode): Extract<Result<never>, { ok: false }> {
  return { ok: false, code, status: 0, retryAfterMs: null, problem: null }
}
