/** Names of headers and cookies on the wire. HTTP compares header names without case; we write them one way. */
export const HEADER = {
  /** Where the poller stands; absent means "from now". Beats `?cursor=`, so that the URL stays constant and its preflight cached. */
  cursor: 'Rt-Cursor',
  /** The leadership that polls. The server keeps one waiter a session; the higher generation wins. */
  generation: 'Rt-Generation',
  /** The deploy whose page the poller serves, as the server numbered it; the server can retire the builds of old ones. */
  deploy: 'Rt-Deploy',
  /** User on whose behalf a write was queued; refused when it is not the token's user. */
  actor: 'Rt-Actor',
  /** Static header that a cross-site form cannot send: the CSRF guard of the cookie endpoints. */
  client: 'Rt-Client',
  /** On every reply of ours, so that a captive portal's page is never taken for an answer. */
  origin: 'Rt-Origin',
  /** The tab that made a domain request; the server's log holds a hash of it. */
  tab: 'Rt-Tab',
  /**
   * Lets a page hand in telemetry, and nothing else, in the name of the session it was given to: at the end of its life a
   * page has no token. It comes with the answer to telemetry that was sent with one.
   */
  pass: 'Rt-Pass',
  /** One HTTP exchange, in both logs. */
  requestId: 'X-Request-Id',
  /** draft-ietf-httpapi-idempotency-key-header: one write, kept through all its retries. */
  idempotencyKey: 'Idempotency-Key',
  /**
   * Keys of this user's own earlier writes to the row, separated by commas: this one was made on top of them. What they
   * changed after the rev of `If-Match` its writer has seen, and only that. A write that follows one that was merged keeps
   * the rev its writer saw and names that one; the rev of the merged answer holds changes nobody here has looked at.
   */
  after: 'Rt-After',
  /** `true` when the answer is the stored one of an earlier try. */
  idempotencyReplayed: 'Idempotency-Replayed',
  /** `1` when the row had moved on and the write was laid over it: what others changed meanwhile stands beside it. */
  merged: 'Rt-Merged',
  /** `1` when the write was applied once and its row is there, or the caller's to see, no more: the body is a `GoneRow`. */
  gone: 'Rt-Gone',
} as const

/** Value of `Rt-Client`, `Rt-Origin`, `Rt-Merged` and `Rt-Gone`. */
export const HEADER_MARK = '1'

/** `<meta>` of the page that names the deploy it was served by: a whole number that rises at every deploy, also a rollback. */
export const DEPLOY_META = 'standpipe-deploy'

/** Refresh cookie; the prefix (RFC 6265bis §4.1.3.2) needs an origin that browsers trust with Secure cookies. */
export const REFRESH_COOKIE = '__Host-rt'
/** The same cookie on a plain-http origin, where a `__Host-` cookie would be dropped. */
export const REFRESH_COOKIE_PLAIN = 'rt'
