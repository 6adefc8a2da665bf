import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../../server/main.ts')

/** The server's sources, run as they are: no build stands between a change and its test. */
export interface SourceProcess {
  child: ChildProcess
  out: string[]
  err: string[]
  /** First line that is not JSON; rejects when the process ends before it. */
  ready: Promise<string>
  ended: Promise<number | null>
  /** Lines of the log with this message, in order. */
  said(message: string): Record<string, unknown>[]
}

/** @param fileBytesMax the system lets no file grow past it, as a disk that is full */
export function runSources(env: Record<string, string>, fileBytesMax?: number): SourceProcess {
  const [command, ...args] = [...limited(fileBytesMax), process.execPath, '--import', 'tsx', MAIN] as const
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH ?? '', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err]: [string[], string[]] = [[], []]
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const ready = new Promise<string>((resolve, reject) => {
    onLines(child.stdout, (line) => {
      out.push(line)
      if (!line.startsWith('{')) resolve(line)
    })
    onLines(child.stderr, (line) => err.push(line))
    ended
      .then((code) => reject(new Error(`ended with ${code}: ${[...out, ...err].join('\n')}`)))
      .catch(reject)
  })
  ready.catch(() => {})
  return {
    child,
    out,
    err,
    ready,
    ended,
    said: (message) =>
      out
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ msg }) => msg === message),
  }
}

/** The limit would end the process by a signal; ignored, the write fails instead. Counted in blocks of 512 bytes (POSIX). */
function limited(fileBytesMax: number | undefined): string[] {
  if (fileBytesMax === undefined) return []
  return ['sh', '-c', `trap '' XFSZ; ulimit -f ${Math.floor(fileBytesMax / 512)}; exec "$@"`, 'sh']
}

function onLines(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach((line) => take(line))
  })
}

export const urlIn = (line: string) => /https?:\/\/\S+/.exec(line)![0]
