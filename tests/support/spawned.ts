import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A program with a folder of its own, that ends with whoever started it, and with it all it started. */
export interface Spawned {
  child: ChildProcess
  stop(): Promise<void>
}

/** What a program has to say the line it is waited for. */
const SAYS_WITHIN_MS = 20_000
const REMOVE_TRIES = 5

export function tempHome(): string {
  return mkdtempSync(join(tmpdir(), 'standpipe-'))
}

/** Starts it as the head of a process group, so that its children can be ended with it. */
export function spawnGroup(
  command: string,
  args: string[],
  { home, env = {} }: { home: string; env?: Record<string, string> },
): Spawned {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
  })
  // A program that is missing says so here and nowhere else; who waits for its line hears of it.
  child.on('error', () => {})
  const kill = () => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // All of it has ended by itself.
    }
  }
  process.once('exit', kill)
  return {
    child,
    async stop() {
      process.off('exit', kill)
      const ended = child.exitCode !== null || child.signalCode !== null || child.pid === undefined
      const exit = ended ? null : once(child, 'exit')
      kill()
      await exit
      rmSync(home, { recursive: true, force: true, maxRetries: REMOVE_TRIES })
    },
  }
}

/** The first match on one of its outputs (2 is standard error). Rejects when the program ends or says nothing of the kind. */
export function waitForLine({ child }: Spawned, output: 1 | 2 | 3, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const fail = (why: string) => reject(new Error(`${child.spawnfile} ${why}:\n${said.slice(-1000)}`))
    const timer = setTimeout(() => fail('did not get ready'), SAYS_WITHIN_MS)
    child.once('exit', (code) => fail(`ended with ${code}`))
    child.once('error', (error) => fail(`could not be started (${error.message})`))
    child.stdio[output]?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const match = wanted.exec(said)
      if (!match) return
      clearTimeout(timer)
      resolve(match[1] ?? match[0])
    })
  })
}
