import { randomBytes, randomUUID } from 'node:crypto'
import pino from 'pino'
import { v7 } from 'uuid'
import type { Clock, Log, Random } from './deps.ts'

/** The process's own time. Timers do not keep a process alive that has nothing else to do. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => Math.floor(performance.now()),
  after(ms, fn) {
    const timer = setTimeout(fn, ms).unref()
    return () => clearTimeout(timer)
  },
}

export const systemRandom: Random = {
  fraction: () => Math.random(),
  id: (length) => randomBytes(length).toString('base64url').slice(0, length),
  uuid: () => randomUUID(),
  uuid7: () => v7(),
}

/** One JSON line a call on standard output, written before the call returns: the last words of a crash are not lost. */
export function createProcessLog(): Log {
  const logger = pino({ base: null }, pino.destination({ fd: 1, sync: true }))
  return (level, message, fields = {}) => logger[level](fields, message)
}
