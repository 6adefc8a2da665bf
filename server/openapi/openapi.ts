import { HEADER, REFRESH_COOKIE } from '../../worker/wire/headers.ts'
import { PROBLEM, PROBLEM_MEDIA_TYPE, type ProblemCode } from '../../worker/wire/problem.ts'
import { WIRE_VERSION } from '../../worker/wire/version.ts'
import { DOMAIN_ENDPOINTS } from './domain-endpoints.ts'
import type { Access, Answer, Endpoint } from './endpoint.ts'
import { OTHER_ENDPOINTS } from './other-endpoints.ts'
import { PARAMETERS } from './parameters.ts'
import { REALTIME_ENDPOINTS } from './realtime-endpoints.ts'
import { jsonSchemas } from './schemas.ts'
import { SESSION_ENDPOINTS } from './session-endpoints.ts'

export const ENDPOINTS: readonly Endpoint[] = [
  ...SESSION_ENDPOINTS,
  ...REALTIME_ENDPOINTS,
  ...DOMAIN_ENDPOINTS,
  ...OTHER_ENDPOINTS,
]

const SECURITY: Record<Access, object[]> = {
  anybody: [],
  token: [{ token: [] }],
  page: [{ cookie: [] }],
  key: [{ key: [] }],
  operator: [{ operator: [] }, { token: [] }],
}
const TOKEN_PROBLEMS: readonly ProblemCode[] = [
  'auth_missing',
  'token_expired',
  'token_invalid',
  'session_revoked',
  'rate_limited',
]
const BODY_PROBLEMS: readonly ProblemCode[] = [
  'bad_request',
  'too_large',
  'unsupported_media_type',
  'validation_failed',
]

/**
 * The OpenAPI 3.1 document of the routes there are: an endpoint that this server was not given (publish without a key) is
 * not in it. `routes` are `METHOD path` with `:name` where a segment varies.
 */
export function openApi(routes: Iterable<{ method: string; path: string }>): object {
  const there = new Set(
    [...routes].map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`),
  )
  const paths: Record<string, Record<string, object>> = {}
  for (const endpoint of ENDPOINTS) {
    const { method, path } = endpoint
    if (there.has(`${method} ${path}`)) (paths[path] ??= {})[method] = operation(endpoint)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Standpipe',
      version: String(WIRE_VERSION),
      description:
        'The long poll rt/1 and the endpoints around it. The protocol in prose: worker/wire/PROTOCOL.md.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: jsonSchemas(),
      parameters: Object.fromEntries(
        Object.entries(PARAMETERS).map(([name, parameter]) => [name, { name, ...parameter }]),
      ),
      headers: {
        requestId: {
          description: 'One exchange; echoed when it was sent well formed.',
          schema: { type: 'string' },
        },
        ours: { description: 'The mark that no portal’s page carries.', schema: { const: '1' } },
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: REFRESH_COOKIE },
        key: { type: 'http', scheme: 'bearer', description: 'PUBLISH_API_KEY of the operator.' },
        operator: { type: 'http', scheme: 'bearer', description: 'OPERATOR_KEY.' },
      },
    },
  }
}

function operation(endpoint: Endpoint): object {
  const { method, path, does, access, role, parameters = [], body, answers, problems = [] } = endpoint
  const codes = [
    ...(access === 'token' || access === 'operator' ? TOKEN_PROBLEMS : []),
    ...(access === 'key' ? (['auth_missing', 'token_invalid'] as const) : []),
    ...(body === undefined ? [] : BODY_PROBLEMS),
    ...problems,
    'internal' as const,
  ]
  return {
    operationId: `${method} ${path}`.replaceAll(/[^A-Za-z]+/g, '_').replace(/_$/, ''),
    summary: does,
    ...(role === undefined ? {} : { description: `For the role ${role}.` }),
    security: SECURITY[access],
    parameters: parameters.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: refTo(body) } } } }),
    responses: { ...answersOf(answers), ...problemsOf(codes) },
  }
}

const OUR_HEADERS = {
  [HEADER.requestId]: { $ref: '#/components/headers/requestId' },
  [HEADER.origin]: { $ref: '#/components/headers/ours' },
}

function answersOf(answers: Readonly<Record<number, Answer>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { says, schema, type = 'application/json' }]) => {
      const hasBody = schema !== undefined || type !== 'application/json'
      const content = { [type]: { schema: schema === undefined ? { type: 'string' } : refTo(schema) } }
      return [status, { description: says, headers: OUR_HEADERS, ...(hasBody ? { content } : {}) }]
    }),
  )
}

/** One response a status, which names every code it may carry. */
function problemsOf(codes: readonly ProblemCode[]): Record<string, object> {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of new Set(codes))
    byStatus.set(PROBLEM[code], [...(byStatus.get(PROBLEM[code]) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, each]) => [
      status,
      {
        description: `\`code\`: ${each.join(', ')}.`,
        headers: OUR_HEADERS,
        content: {
          [PROBLEM_MEDIA_TYPE]: {
            schema: { allOf: [refTo('Problem'), { properties: { code: { enum: each } } }] },
          },
        },
      },
    ]),
  )
}

function refTo(name: string): object {
  return { $ref: `#/components/schemas/${name}` }
}
