import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
const FOLDERS = ['tests/core', 'tests/tab']

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8')
}

/** Ids of the rules, each as often as it is stated. */
function stated(): string[] {
  return [...read('worker/SPEC.md').matchAll(/^- \*\*([A-Z]{2}\d{2})\*\* /gm)].map(([, id]) => id ?? '')
}

/** Ids that stand at the head of test names. */
function tested(): Set<string> {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(new URL(folder, ROOT))
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => `${folder}/${file}`),
  )
  const names = files.flatMap((file) => [...read(file).matchAll(/['"`]((?:\[[A-Z]{2}\d{2}\] )+)/g)])
  return new Set(names.flatMap(([, head]) => head?.match(/[A-Z]{2}\d{2}/g) ?? []))
}

test('every rule of the specification has a test that names it', () => {
  const names = tested()
  expect(stated().filter((id) => !names.has(id))).toEqual([])
})

test('every rule that a test names is in the specification', () => {
  const rules = stated()
  expect([...tested()].filter((id) => !rules.includes(id))).toEqual([])
})

test('every rule is stated once, and there are some', () => {
  const rules = stated()
  expect(rules.length).toBeGreaterThan(50)
  expect(rules).toEqual([...new Set(rules)])
})
