import type { Caller } from '../session/caller.ts'

/** What the middlewares have found out by the time a route runs. */
export interface AppEnv {
  Variables: {
    requestId: string
    /** Set by `requireCaller`; a route behind it may rely on it. */
    caller: Caller
    /** Ids of the events this request has caused. */
    eventIds?: string[]
  }
}
