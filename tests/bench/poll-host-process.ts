import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { LoginAnswer } from '../../worker/wire/session.ts'

export type HostAsk =
  | { t: 'login'; count: number }
  | { t: 'publish'; count: number; orgId: string; propertyId: string }
  | { t: 'look' }
export interface HostAnswer {
  port?: number
  logins?: LoginAnswer[]
  /** Microseconds of CPU the process has used so far. */
  cpuUs?: number
  /** Polls held now. */
  held?: number
}

export interface PollHost {
  port: number
  ask(ask: HostAsk): Promise<HostAnswer>
  stop(): void
}

/** One question at a time. */
export async function startPollHost(): Promise<PollHost> {
  const child = fork(join(import.meta.dirname, 'poll-host.ts'), { execArgv: ['--import', 'tsx'] })
  const next = async () => ((await once(child, 'message')) as [HostAnswer])[0]
  const { port = 0 } = await next()
  return {
    port,
    ask(ask) {
      const said = next()
      child.send(ask)
      return said
    },
    stop: () => child.disconnect(),
  }
}
