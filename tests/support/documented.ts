import { Validator, type Schema } from '@cfworker/json-schema'

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, unknown>>
}

export interface Documented {
  /** What is wrong with an answer by the document; empty when it is as described. */
  faultsOf(method: string, path: string, reply: Response): Promise<string[]>
  /** `get /path 200` of every answer that was described, and of those looked at. */
  described: Set<string>
  seen: Set<string>
}

/** Holds answers against an OpenAPI document, with a validator that shares nothing with what wrote it. */
export function createDocumented(document: OpenApiDocument): Documented {
  const { paths, components } = document
  const patterns = Object.keys(paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }))
  const seen = new Set<string>()
  const described = new Set(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method} ${path} ${status}`),
      ),
    ),
  )
  return {
    described,
    seen,
    async faultsOf(method, url, reply) {
      const [asked = ''] = url.split('?', 1)
      const path = patterns.find(({ pattern }) => pattern.test(asked))?.path
      if (path === undefined) return [`${asked} is not described`]
      const key = `${method.toLowerCase()} ${path} ${reply.status}`
      const answer = paths[path]?.[method.toLowerCase()]?.responses[reply.status]
      if (!answer) return [`${key} is not described`]
      seen.add(key)
      const text = await reply.text()
      if (!answer.content) return text === '' ? [] : [`${key} has a body`]
      const type = (reply.headers.get('content-type') ?? '').split(';', 1)[0] ?? ''
      const content = answer.content[type]
      if (!content) return [`${key} is ${type}`]
      if (!/json/.test(type)) return []
      const validator = new Validator({ ...content.schema, components }, '2020-12', false)
      const { errors } = validator.validate(JSON.parse(text))
      return errors.map(({ instanceLocation, error }) => `${key} ${instanceLocation}: ${error}`)
    },
  }
}
