/** What the server's parts are given instead of reaching for the process: time, chance and a place to write. */
export interface Clock {
  /** Wall-clock milliseconds: for what is told to others and kept in the store. It may jump, both ways. */
  now(): number
  /** Whole milliseconds that only ever pass, from some moment of this process: for every age, hold and window. */
  monotonicMs(): number
  /** Runs `fn` once after `ms`; the returned function cancels it. */
  after(ms: number, fn: () => void): () => void
}

export interface Random {
  /** Uniform in [0, 1). */
  fraction(): number
  /** URL-safe characters from a cryptographic source. */
  id(length: number): string
  uuid(): string
  /** UUIDv7 (RFC 9562 §5.7): sorts by time. */
  uuid7(): string
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
/** One JSON line. Fields never hold a token, a cookie, a password or an e-mail address. */
export type Log = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void
