import { HEADER } from '../../worker/wire/headers.ts'
import { CONFIG_PATH, TELEMETRY_PATH } from '../../worker/wire/names.ts'
import type { Endpoint } from './endpoint.ts'

export const OTHER_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'post',
    path: TELEMETRY_PATH,
    does: `What a client noticed. Takes a token, or the ${HEADER.pass} that came with the last answer.`,
    access: 'token',
    parameters: [HEADER.pass],
    body: 'TelemetryRequest',
    answers: { 202: { says: 'Each record is looked at by itself.', schema: 'TelemetryAnswer' } },
    problems: ['rate_limited', 'validation_failed'],
  },
  {
    method: 'get',
    path: '/telemetry/summary',
    does: 'What clients of the organisation noticed, by minute.',
    access: 'token',
    role: 'owner',
    answers: { 200: { says: 'Counts of the last hour.', schema: 'TelemetrySummary' } },
    problems: ['forbidden'],
  },
  {
    method: 'get',
    path: CONFIG_PATH,
    does: 'Flags and sampling for this client.',
    access: 'token',
    parameters: ['If-None-Match'],
    answers: { 200: { says: 'For `ttlS`.', schema: 'ClientConfig' }, 304: { says: 'As it was.' } },
  },
  {
    method: 'get',
    path: '/healthz',
    does: 'Whether the process lives.',
    access: 'anybody',
    answers: { 200: { says: 'It does.', schema: 'Health' } },
  },
  {
    method: 'get',
    path: '/readyz',
    does: 'Whether it can deliver.',
    access: 'anybody',
    answers: { 200: { says: 'It can.', schema: 'Health' } },
    problems: ['overloaded'],
  },
  {
    method: 'get',
    path: '/metrics',
    does: 'Figures of this process in the Prometheus text format. No label names an organisation or a person.',
    access: 'anybody',
    answers: { 200: { says: 'As they are now.', type: 'text/plain' } },
  },
  {
    method: 'get',
    path: '/tenant-metrics',
    does: 'Which organisations ask most of this process: the highest for the operator, the own row for an owner.',
    access: 'operator',
    role: 'owner',
    parameters: ['by', 'top'],
    answers: {
      200: { says: 'At most a second old where nothing is large. Ids, no names.', schema: 'TenantMetrics' },
    },
    problems: ['bad_request', 'forbidden'],
  },
  {
    method: 'get',
    path: '/openapi.json',
    does: 'This document.',
    access: 'anybody',
    answers: { 200: { says: 'OpenAPI 3.1; its schemas are JSON Schema 2020-12.', schema: 'OpenApi' } },
  },
]
