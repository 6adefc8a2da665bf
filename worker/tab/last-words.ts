import type { TelemetryRecord } from '../wire/telemetry.ts'

/** What the runtime has left this tab to hand in, should it be the last to go. */
export interface LastWords {
  take(records: TelemetryRecord[], pass: string): void
  /** Sends them, and tells how many: once, whatever becomes of it. */
  say(): number
  /** Nothing is sent after a logout. */
  forget(): void
}

export function createLastWords(send: (records: TelemetryRecord[], pass: string) => void): LastWords {
  let left: { records: TelemetryRecord[]; pass: string } = { records: [], pass: '' }

  function forget(): void {
    left = { records: [], pass: '' }
  }

  return {
    take(records, pass) {
      left = { records, pass }
    },
    say() {
      const { records, pass } = left
      forget()
      if (records.length > 0) send(records, pass)
      return records.length
    },
    forget,
  }
}
