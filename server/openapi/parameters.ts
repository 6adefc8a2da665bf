import { HEADER } from '../../worker/wire/headers.ts'
import { TENANT_ORDERS } from '../ops/tenant-rows.ts'
import { TENANTS_TOP_MAX } from '../ops/top-tenants.ts'

interface Parameter {
  in: 'query' | 'header' | 'path'
  required?: boolean
  description: string
  schema: object
}

const text = (pattern?: string) => ({ type: 'string', ...(pattern === undefined ? {} : { pattern }) })
const day = { type: 'string', format: 'date' }
const id = text('^[A-Za-z0-9_-]{1,64}$')

/** Every query parameter, header and path segment, by the word endpoints use for it. */
export const PARAMETERS: Readonly<Record<string, Parameter>> = {
  p: {
    in: 'query',
    required: true,
    description:
      'Random per poller and constant through its polls, so that URLs repeat and are never shared.',
    schema: text('^[A-Za-z0-9_-]{8,22}$'),
  },
  topics: { in: 'query', description: 'Narrows: topics with commas between them.', schema: text() },
  properties: { in: 'query', description: 'Narrows: property ids with commas between them.', schema: text() },
  wait: {
    in: 'query',
    description: 'Longest hold in seconds; 0 is answered at once. The server may hold for less.',
    schema: { type: 'number', minimum: 0, maximum: 55 },
  },
  limit: {
    in: 'query',
    description: 'Events or rows of one answer, at most.',
    schema: { type: 'integer', minimum: 1 },
  },
  cursor: {
    in: 'query',
    description: `Where the poller stands, for tools that cannot send ${HEADER.cursor}, which wins.`,
    schema: text(),
  },
  offset: {
    in: 'query',
    description: 'Where to read from: -1 the oldest kept, now the tip, or a `Stream-Next-Offset`.',
    schema: text(),
  },
  live: {
    in: 'query',
    description: 'Waits for what comes: held once, or as an event stream.',
    schema: { enum: ['long-poll', 'sse'] },
  },
  since: {
    in: 'query',
    description: 'A time in ms, as a sample said it.',
    schema: text('^\\d{1,15}$'),
  },
  by: {
    in: 'query',
    description: 'By what organisations are ranked; waiters by default.',
    schema: { enum: Object.keys(TENANT_ORDERS) },
  },
  top: {
    in: 'query',
    description: 'Organisations of the answer, at most; 10 by default.',
    schema: { type: 'integer', minimum: 1, maximum: TENANTS_TOP_MAX },
  },
  [HEADER.cursor]: {
    in: 'header',
    description: 'Where the poller stands, as an answer said it; absent is from now.',
    schema: text('^[A-Za-z0-9_-]{4,32}\\.\\d{1,15}$'),
  },
  [HEADER.generation]: {
    in: 'header',
    description: 'The leadership that polls; of a session the highest wins.',
    schema: { type: 'integer', minimum: 0 },
  },
  [HEADER.deploy]: {
    in: 'header',
    description: 'The deploy whose page asks; an old one may be refused.',
    schema: { type: 'integer', minimum: 0 },
  },
  [HEADER.client]: {
    in: 'header',
    required: true,
    description: 'A mark that no form of another site can send.',
    schema: { const: '1' },
  },
  [HEADER.pass]: {
    in: 'header',
    description: 'In place of a token: good for handing in telemetry and nothing else.',
    schema: text(),
  },
  [HEADER.tab]: { in: 'header', description: 'The tab that asks; logged as a hash.', schema: id },
  [HEADER.idempotencyKey]: {
    in: 'header',
    required: true,
    description: 'Made with the write, kept through its retries, and the `mutationId` of its event.',
    schema: { type: 'string', format: 'uuid' },
  },
  [HEADER.actor]: {
    in: 'header',
    required: true,
    description: 'The user who made the write; refused when it is not the token’s.',
    schema: id,
  },
  [HEADER.after]: {
    in: 'header',
    description: 'Idempotency keys of the writes this one was made upon, with commas between them.',
    schema: text(),
  },
  'If-Match': {
    in: 'header',
    required: true,
    description: 'The rev the write was made on, in quotes.',
    schema: text('^"[1-9]\\d{0,14}"$'),
  },
  'If-None-Match': { in: 'header', description: 'The ETag of what is kept.', schema: text() },
  propertyId: { in: 'query', description: 'Narrows to one property.', schema: id },
  type: { in: 'query', description: 'Narrows.', schema: { enum: ['revenue', 'expense'] } },
  status: { in: 'query', description: 'Narrows.', schema: text() },
  from: { in: 'query', description: 'First day.', schema: day },
  to: { in: 'query', description: 'Last day.', schema: day },
  date: { in: 'query', description: 'The day; today by default.', schema: day },
  after: { in: 'query', description: 'The `next` of the page before.', schema: text() },
  id: { in: 'path', required: true, description: 'Id of the row.', schema: id },
  sh: { in: 'path', required: true, description: 'Handle of the session.', schema: id },
}
