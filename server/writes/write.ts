import type { Kysely } from 'kysely'
import type * as v from 'valibot'
import type { EventType, Topic } from '../../worker/wire/event.ts'
import type { Caller } from '../session/caller.ts'
import type { Schema } from '../store/schema.ts'
import type { Scope } from '../store/within.ts'

/** A row of a domain, as far as every write knows it. */
export interface WrittenRow {
  id: string
  rev: number
  propertyId: string
}

/** What a domain's function is given: everything inside the one transaction of this write. */
export interface Write<Body> {
  trx: Kysely<Schema>
  caller: Caller
  body: Body
  /** Of `If-Match`; 0 where the write needs none. */
  rev: number
  /** Keys of the writer's own writes that this one was made on top of. */
  after: readonly string[]
  now: number
}

/** What it answers: the row as it is now, and what is to be told of it. */
export interface Written {
  status: 200 | 201
  /** Its rev is one more than the row had, 1 for a new one: the revs of a row are its history, without a gap. */
  row: WrittenRow
  /** Each field that was changed, as it was before; what a later writer who has not seen the change is told. */
  before: object
  /** The row had moved on, and the write was laid over it. */
  merged?: boolean
  events: { type: EventType; row: WrittenRow }[]
}

export interface WriteKind<S extends v.GenericSchema | null> {
  topic: Topic
  /** Null: the write has no body. */
  schema: S
  /** The write changes a row, so it says which rev it saw. */
  needsRev: boolean
  /** The row of a write as it is now, if it is one the caller may know of. */
  read(db: Kysely<Schema>, scope: Scope, id: string): Promise<WrittenRow | undefined>
}

export type BodyOf<S> = S extends v.GenericSchema ? v.InferOutput<S> : null

/** A domain's own part of a write. It throws an `HttpProblem` that names why it was not done, and then has done nothing. */
export type Apply<S> = (write: Write<BodyOf<S>>) => Promise<Written>
