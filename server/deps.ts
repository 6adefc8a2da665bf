/** What the server's parts are given instead of reaching for the process: time, chance and a place to write. */
export interface Clock {
  /** Wall-clock milliseconds. */
  now(): number
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
