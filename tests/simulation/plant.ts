import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bug } from './bugs.ts'

const ROOT = join(import.meta.dirname, '../..')
const PARTS = ['worker', 'server', 'app', 'tests', 'package.json', 'tsconfig.json']
const RUN_TIMEOUT_MS = 900_000

export interface Hunt {
  /** The first seed that found it; null when none did. */
  seed: number | null
  said: string
}

/** Whether the list still follows the code. */
export function plantable({ file, find }: Bug): boolean {
  return readFileSync(join(ROOT, file), 'utf8').split(find).length === 2
}

/** Runs the simulation on a copy of the sources with one bug in it, until a seed finds it. */
export function huntBug(bug: Bug, seeds: number, hours: number): Hunt {
  const copy = mkdtempSync(join(tmpdir(), 'standpipe-bug-'))
  try {
    for (const part of PARTS) cpSync(join(ROOT, part), join(copy, part), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    const file = join(copy, bug.file)
    if (!plantable(bug))
      throw new Error(`"${bug.name}" cannot be planted: its text does not stand once in ${bug.file}.`)
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(bug.find, () => bug.replace),
    )
    const args = ['tests/simulation/run.ts', '--seeds', String(seeds), '--hours', String(hours), '--first']
    const { stdout, stderr, status } = spawnSync(join(copy, 'node_modules/.bin/tsx'), args, {
      cwd: copy,
      encoding: 'utf8',
      timeout: RUN_TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
    })
    const found = /^seed (\d+) FAILED: (.*)$/m.exec(stdout)
    if (!found && status !== 0) throw new Error(`The run with "${bug.name}" broke: ${stderr.slice(-500)}`)
    return { seed: found ? Number(found[1]) : null, said: found?.[2] ?? 'every seed was clean' }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
