/** Every bound of the realtime part. Those an operator may set come from the environment; the rest are these constants. */
export interface RealtimeLimits {
  /** Events kept per organisation. */
  bufferEventsMax: number
  /** Age at which an event is dropped. */
  eventTtlMs: number
  /** Longest hold of a poll; shortened by 0–10 % at random and never past the token. */
  holdMs: number
  /** Held polls per organisation; past it a poll is answered at once and loses nothing. */
  waitersPerOrgMax: number
  /** The same for all organisations together: sockets are left for everything else. */
  waitersPerNodeMax: number
  /** Quiet time after which an organisation's events go; its position stays for `orgMetaTtlMs`. */
  orgIdleEvictMs: number
}

/** How long `{epoch, last, trimmed}` outlives the events: a returning client learns of its gap by arithmetic. */
export const ORG_META_TTL_MS = 24 * 60 * 60 * 1000
/** One event, as JSON. A row with its longest texts is under 1 KiB. */
export const EVENT_BYTES_MAX = 16 * 1024
/** Events kept per organisation, as JSON: a count alone is no bound. */
export const ORG_BYTES_MAX = 512 * 1024
/** Events kept on this node over all organisations; the longest idle go first. */
export const NODE_BYTES_MAX = 256 * 1024 * 1024
/** One answer. */
export const ANSWER_BYTES_MAX = 256 * 1024
export const ANSWER_EVENTS_MAX = 200
/** After a leading-edge flush, further events of the organisation wait this long and leave together. */
export const COALESCE_MS = 25
/** Polls that ask at one cursor within this time share one read, unless the feed moves. */
export const SHARED_READ_MS = 250
/** Places of a feed that are shared at a time; an answer is at most `ANSWER_BYTES_MAX` each. */
export const SHARED_PLACES_MAX = 16
/** Longest a broker may take to answer before the poll is told that it is down. */
export const BROKER_ANSWER_MS = 5000
/** A room that was told of nothing for so long looks by itself: a wake that was lost must not become silence. */
export const STALL_LOOK_MS = 10_000
/** Who meets trouble of ours comes back after this many seconds, drawn at random: a fleet must not come as one. */
export const TROUBLE_RETRY_MIN_S = 2
export const TROUBLE_RETRY_MAX_S = 6
/** A hold ends this long before its token does. */
export const TOKEN_MARGIN_MS = 2000
/** Below this life left the answer says `refresh: "soon"`. */
export const REFRESH_SOON_MS = 60_000
/** A poll past the waiter cap is told to come back after this long, drawn at random. */
export const CAP_RETRY_MIN_MS = 2000
export const CAP_RETRY_MAX_MS = 5000
