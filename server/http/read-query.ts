import type { Context } from 'hono'
import * as v from 'valibot'
import { HttpProblem } from './problem.ts'

/** The query as the schema has it; parameters it does not name are passed over. Throws `bad_request`. */
export function readQuery<S extends v.GenericSchema>(c: Context, schema: S): v.InferOutput<S> {
  const read = v.safeParse(schema, c.req.query())
  if (read.success) return read.output
  const [issue] = read.issues
  throw new HttpProblem('bad_request', { detail: `"${v.getDotPath(issue) ?? ''}" ${issue.message}.` })
}
