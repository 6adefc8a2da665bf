import type { Hono } from 'hono'
import type { AppEnv } from './app-env.ts'

export interface KnownRoutes {
  /** Methods the path answers, as for `Allow`; empty when it is not a route. */
  methodsOf(path: string): string[]
}

const ANY = 'ALL'

/** Reads the routes off the app itself, so that no second list can differ from the first. Middlewares (`*`) are no routes. */
export function createKnownRoutes(app: Hono<AppEnv>): KnownRoutes {
  const known = new Map<string, { pattern: RegExp; methods: Set<string> }>()
  for (const { path, method } of app.routes) {
    if (method === ANY || path.includes('*')) continue
    const route = known.get(path) ?? { pattern: patternOf(path), methods: new Set() }
    route.methods.add(method)
    if (method === 'GET') route.methods.add('HEAD')
    known.set(path, route)
  }
  const routes = [...known.values()]

  return {
    methodsOf(path) {
      const methods = routes
        .filter(({ pattern }) => pattern.test(path))
        .flatMap((route) => [...route.methods])
      return [...new Set(methods)].toSorted()
    },
  }
}

/** `/a/:id` matches one segment, whatever it holds. */
function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => (segment.startsWith(':') ? '[^/]+' : escape(segment)))
  return new RegExp(`^${segments.join('/')}$`)
}

function escape(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
}
