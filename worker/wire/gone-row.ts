import * as v from 'valibot'
import { Id } from './primitives.ts'

/**
 * Body of an answer with `Rt-Gone: 1`: the write was applied once, at this rev, and there is no row any more to show for
 * it, or none that the caller may see. The write is done; whatever the client still holds of the row goes.
 */
export const GoneRow = v.object({ id: Id, rev: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) })
export type GoneRow = v.InferOutput<typeof GoneRow>
