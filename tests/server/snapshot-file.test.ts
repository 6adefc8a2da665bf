import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSnapshot, SNAPSHOT_AGE_MAX_MS, writeSnapshot } from '../../server/realtime/feed-snapshot.ts'
import type { LeftFeed } from '../../server/realtime/memory-broker.ts'
import { createSnapshotFile } from '../../server/realtime/snapshot-file.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const FILE = 'feeds.snapshot'

function feedOf(orgId: string): LeftFeed {
  const event = {
    seq: 3,
    eventId: `${orgId} three`,
    type: 'x',
    topic: 'finance',
    orgId,
    propertyId: 'p1',
    at: 1,
    data: 'é',
  }
  const state = { epoch: 'first', last: 3, trimmed: 2, overflowed: 0, knownIds: ['two', event.eventId] }
  return { orgId, idleMs: 5, ...state, events: [{ ageMs: 7, event }] }
}
const FEEDS = [feedOf('a'), feedOf('b')]

function aFolder() {
  const dataDir = tempFolder()
  const clock = createVirtualClock()
  const lines: string[] = []
  const log = (_level: string, message: string, fields = {}) =>
    void lines.push(`${message} ${JSON.stringify(fields)}`)
  const file = join(dataDir, FILE)
  return { dataDir, clock, lines, file, ...createSnapshotFile({ dataDir, clock, log }) }
}

test('what is saved is taken once, by its owner alone', () => {
  const { save, take, file, dataDir, lines } = aFolder()
  save(FEEDS)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(dataDir)).toEqual([FILE])
  expect(take()).toEqual(FEEDS)
  expect(readdirSync(dataDir)).toEqual([])
  expect(take()).toEqual([])
  expect(lines).toEqual([
    '[Snapshot] Feeds go on. {"feeds":2,"events":2}',
    '[Snapshot] Feeds begin anew. {"why":"there is none"}',
  ])
})

test('a snapshot of two minutes ago is taken, an older one and one of tomorrow are not', async () => {
  for (const [passed, why] of [
    [SNAPSHOT_AGE_MAX_MS, null],
    [SNAPSHOT_AGE_MAX_MS + 1000, 'it is 121 s old'],
    [24 * 60 * 60 * 1000, 'it is 86400 s old'],
    [-60_000, 'it is 60 s ahead of the clock'],
  ] as const) {
    const { save, take, clock, lines, dataDir } = aFolder()
    save(FEEDS)
    clock.jump(passed)
    expect(take()).toHaveLength(why === null ? 2 : 0)
    if (why !== null) expect(lines).toEqual([`[Snapshot] Feeds begin anew. {"why":"${why}"}`])
    expect(readdirSync(dataDir)).toEqual([])
  }
})

test('a snapshot that was cut short anywhere, or changed anywhere, is not taken', () => {
  const whole = Buffer.from([...writeSnapshot(FEEDS, 1000)].join(''))
  expect(readSnapshot(whole, 1000)).toEqual(FEEDS)
  for (let at = 0; at < whole.length; at += 1) {
    const other = Buffer.from(whole)
    other.writeUInt8(other.readUInt8(at) ^ 1, at)
    for (const bytes of [whole.subarray(0, at), other])
      expect(readSnapshot(bytes, 1000)).toMatch(/^it is (not whole|of version \d+)$/)
  }
})

test('a snapshot of another version, a folder in its place and one that may not be read start anew with one line', () => {
  const version = aFolder()
  version.save(FEEDS)
  writeFileSync(version.file, readFileSync(version.file, 'utf8').replace('"v":1', '"v":2'))
  expect(version.take()).toEqual([])
  expect(version.lines).toEqual(['[Snapshot] Feeds begin anew. {"why":"it is of version 2"}'])

  const folder = aFolder()
  mkdirSync(folder.file)
  expect(folder.take()).toEqual([])
  expect(folder.lines).toEqual(['[Snapshot] Feeds begin anew. {"why":"it could not be taken: EISDIR"}'])
  expect(() => folder.save(FEEDS)).toThrow('EISDIR')
  expect(readdirSync(folder.dataDir)).toEqual([FILE])
})

test("what an earlier try has left behind is in nobody's way, and is no snapshot", () => {
  const { save, take, file } = aFolder()
  writeFileSync(`${file}.new`, 'half', { mode: 0o644 })
  expect(take()).toEqual([])
  save(FEEDS)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(take()).toEqual(FEEDS)
})

test('numbers that contradict each other are not taken, although the file is whole', () => {
  const { save, take, lines } = aFolder()
  save([{ ...feedOf('a'), trimmed: 1 }])
  expect(take()).toEqual([])
  expect(lines).toEqual(['[Snapshot] Feeds begin anew. {"why":"its numbers contradict each other"}'])
})
