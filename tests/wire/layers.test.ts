import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const TSC = join(ROOT, 'node_modules/.bin/tsc')
let copy: string

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'standpipe-layers-'))
  for (const part of ['tsconfig.json', 'package.json', 'worker', 'server'])
    cpSync(join(ROOT, part), join(copy, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  return () => rmSync(copy, { recursive: true, force: true })
})

/** What the compiler says when `source` is added to a project; the copy builds cleanly without it. */
function compile(project: string, source: string): { ok: boolean; said: string } {
  const file = join(copy, project, 'probe.ts')
  writeFileSync(file, source)
  const { status, stdout } = spawnSync(
    TSC,
    ['-p', join(copy, project), '--noEmit', '--emitDeclarationOnly', 'false'],
    { encoding: 'utf8' },
  )
  writeFileSync(file, 'export {}\n')
  return { ok: status === 0, said: stdout }
}

test.each([
  ['worker/core', 'a timer', 'export const t = setTimeout(() => {}, 1)'],
  ['worker/core', 'the network', "export const r = fetch('/')"],
  ['worker/core', 'the document', 'export const d = document.title'],
  ['worker/core', 'the process', 'export const p = process.env'],
  ['worker/core', 'the log', "export const l = console.log('x')"],
  ['worker/core', 'a web API through its binding', "export { clock } from '../platform/clock.ts'"],
  ['worker/wire', 'the crypto', 'export const u = crypto.randomUUID()'],
  ['worker/wire', 'the core', "export { createInbox } from '../core/inbox.ts'"],
  ['server', 'the document', 'export const d = document.title'],
  ['server', 'the core', "export { createInbox } from '../worker/core/inbox.ts'"],
])('%s cannot name %s', (project, _, source) => {
  const { ok, said } = compile(project, source)
  expect(said).toMatch(/probe\.ts.*error TS(2304|2584|2591|2580|2552|2868|6307|2503|2686)/)
  expect(ok).toBe(false)
})

test('a probe that names nothing forbidden compiles, so that the others fail for their own reason', () => {
  expect(compile('worker/core', 'export const one = 1')).toEqual({ ok: true, said: '' })
})
