import { HEADER, HEADER_MARK } from '../wire/headers.ts'
import { SUBSCRIBE_PATH } from '../wire/subscribe.ts'
import type { Route } from '../wire/telemetry.ts'
import { isTimeOut } from './deadline.ts'
import type { Http, Platform } from './platform.ts'
import type { Count } from './telemetry.ts'

const REQUEST_ID_LENGTH = 16

const WAYS = /^\/(?:(api|config)|auth\/(refresh|login|logout))\b/

/** The way of a request, as far as it may be told: a path may hold ids. */
function routeOf(path: string): Route {
  const [, first, second] = WAYS.exec(path) ?? []
  return (first ?? second ?? (path.startsWith(SUBSCRIBE_PATH) ? 'poll' : 'other')) as Route
}

/**
 * The one way out of a runtime. Every exchange is given an id that both logs can be searched for, and is counted when it
 * was refused for who asked, or when nothing of ours answered. What was given up on purpose is not counted.
 */
export function createCountedHttp({ http, random }: Pick<Platform, 'http' | 'random'>, count: Count): Http {
  return async (request) => {
    const { [HEADER.tab]: tabId, [HEADER.requestId]: sent } = request.headers
    const requestId = sent ?? random.id(REQUEST_ID_LENGTH)
    const noticed = tabId === undefined ? { requestId } : { requestId, tabId }
    const route = routeOf(request.path)
    try {
      const response = await http({
        ...request,
        headers: { ...request.headers, [HEADER.requestId]: requestId },
      })
      if (response.header(HEADER.origin) !== HEADER_MARK) count('network_0', { route }, noticed)
      else if (response.status === 401) count('auth_401', { route }, noticed)
      else if (response.status === 403) count('auth_403', { route }, noticed)
      return response
    } catch (error) {
      if (!request.signal?.aborted || isTimeOut(request.signal)) count('network_0', { route }, noticed)
      throw error
    }
  }
}
