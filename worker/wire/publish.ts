import * as v from 'valibot'
import { Id } from './primitives.ts'

/** `POST /<topic>/realtime/publish`, from server to server. */
export const PUBLISH_PATH = '/realtime/publish'
/** Events of one batch. */
export const PUBLISH_EVENTS_MAX = 100

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Types and properties are checked against the path's topic and the organisation, so any text passes here. */
export const PublishRequest = v.strictObject({
  orgId: Id,
  events: v.pipe(
    v.array(
      v.strictObject({
        /** Unique for ever: the same id again delivers nothing. */
        eventId: Id,
        type: v.string(),
        propertyId: Id,
        /** The row after the change. Not looked into any deeper: taken over key by key, `__proto__` would be one. */
        data: v.custom<Record<string, unknown>>(isObject, 'must be an object'),
      }),
    ),
    v.minLength(1, 'must hold at least one event'),
  ),
})
export type PublishRequest = v.InferOutput<typeof PublishRequest>

/** 202. `cursor` stands behind the last event of the batch. */
export const PublishAnswer = v.object({ accepted: v.number(), duplicates: v.number(), cursor: v.string() })
export type PublishAnswer = v.InferOutput<typeof PublishAnswer>
