const VALUE_LENGTH_SHOWN = 60

/** A value the server cannot start with. The message is one line: the variable, the value, and what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  /** @param secret the value may hold a password: it is told by its length. */
  constructor(variable: string, value: string, allowed: string, secret = false) {
    super(
      `${variable}=${secret ? `(${value.length} characters)` : shown(value)} cannot be used: it must be ${allowed}.`,
    )
  }
}

/** Quoted as JSON, so that a line break in it stays on the one line. */
function shown(value: string): string {
  return JSON.stringify(value.slice(0, VALUE_LENGTH_SHOWN))
}
