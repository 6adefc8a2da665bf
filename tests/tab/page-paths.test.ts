import { expect, it } from 'vitest'
import { NOT_PAGES } from '../../worker/hosts/page-paths.ts'

const isPage = (path: string) => NOT_PAGES.every((pattern) => !pattern.test(path))

it.each([
  '/',
  '/finance',
  '/finance?q=a.b',
  '/tasks',
  '/login?from=/finance',
  '/outbox',
  '/some/where',
  '/apiary',
])('a navigation to %s gets the page', (path) => expect(isPage(path)).toBe(true))

it.each([
  '/assets/main-gone.js',
  '/assets/main-gone.css?v=1',
  '/favicon.ico',
  '/rt/shared-worker-gone.js',
  '/api/finance/transactions?limit=1',
  '/auth/refresh',
  '/realtime/subscribe?p=x',
  '/finance/realtime/subscribe',
  '/finance/events/subscribe',
  '/streams/finance',
  '/metrics',
  '/tenant-metrics',
  '/metrics?x=1',
  '/openapi.json',
])('a navigation to %s is left to the server', (path) => expect(isPage(path)).toBe(false))
