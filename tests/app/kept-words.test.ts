import { describe, expect, it } from 'vitest'
import { asOfText } from '../../app/realtime/as-of-text.ts'
import { createTaskDraftStore, NO_TASK_DRAFT } from '../../app/tasks/task-draft.ts'
import { shareText } from '../../app/inspector/storage-share.ts'

describe('the age of what is shown', () => {
  const now = new Date(2026, 10, 24, 8, 0).getTime()
  it.each([
    [new Date(2026, 10, 24, 7, 5), '07:05'],
    [new Date(2026, 10, 23, 18, 2), 'yesterday 18:02'],
    [new Date(2026, 10, 20, 18, 2), 'Friday 20 November, 18:02'],
  ])('%s', (at, words) => {
    expect(asOfText(at.getTime(), now, 'en-GB')).toBe(words)
  })
})

describe('the share of the storage', () => {
  const MB = 1024 * 1024
  it.each([
    [0, 12 * 1024 * MB, '0 KB of 12 GB, 0 %'],
    [3.2 * MB, 12 * 1024 * MB, '3.2 MB of 12 GB, under 1 %'],
    [512 * MB, 1024 * MB, '512 MB of 1 GB, 50 %'],
    [512, 0, '1 KB of 0 KB, 0 %'],
  ])('%d of %d bytes', (usedBytes, quotaBytes, words) => {
    expect(shareText({ usedBytes, quotaBytes, isKept: true }, 'en')).toBe(words)
  })
})

describe('a half-written task', () => {
  it('is kept for its person only, and nothing that cannot be read is', () => {
    const items = new Map<string, string>()
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
    }
    const draft = { ...NO_TASK_DRAFT, title: 'Look at the boiler' }
    createTaskDraftStore(storage, 'ana').save(draft)
    expect(createTaskDraftStore(storage, 'ana').load()).toEqual(draft)
    expect(createTaskDraftStore(storage, 'ben').load()).toBeNull()
    items.set('standpipe:task:ana', '{"title":1}')
    expect(createTaskDraftStore(storage, 'ana').load()).toBeNull()
  })
})
