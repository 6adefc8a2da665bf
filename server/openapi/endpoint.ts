import type { ProblemCode } from '../../worker/wire/problem.ts'
import type { SchemaName } from './schemas.ts'

/** Who may call: `token` an access token, `page` a page of ours with its refresh cookie, `key` another server, `operator`
 * the operator by a key or a person by a token. */
export type Access = 'anybody' | 'token' | 'page' | 'key' | 'operator'

export interface Answer {
  says: string
  /** Of the JSON body; without one there is no body, or one of another type. */
  schema?: SchemaName
  type?: string
}

/** One line of the server's surface: what is sent, what comes back. Headers and parameters by their name in `parameters.ts`. */
export interface Endpoint {
  method: 'get' | 'post' | 'patch' | 'delete'
  /** With `{name}` where a segment varies. */
  path: string
  does: string
  access: Access
  /** For this role alone. */
  role?: 'owner' | 'owner or manager'
  parameters?: readonly string[]
  body?: SchemaName
  answers: Readonly<Record<number, Answer>>
  problems?: readonly ProblemCode[]
}
