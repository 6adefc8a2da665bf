import { expect, test } from 'vitest'
import { readAnswer } from '../../worker/core/answer.ts'
import type { HttpResponse } from '../../worker/core/platform.ts'

const NOW = Date.UTC(2026, 0, 15, 9)

function response(
  status: number,
  text: string,
  headers: Record<string, string> = { 'Rt-Origin': '1' },
): HttpResponse {
  const all = new Headers(headers)
  return { status, header: (name) => all.get(name), headers: () => ({}), text: async () => text }
}

test('[RQ07] an answer of ours is its JSON, or null when it is empty', async () => {
  expect(await readAnswer(response(200, '{"a":1}'), NOW)).toEqual({ ok: true, value: { a: 1 } })
  expect(await readAnswer(response(204, ''), NOW)).toEqual({ ok: true, value: null })
})

test('[RQ07] an answer of ours that is no JSON, or has no code we know, cannot be read', async () => {
  expect(await readAnswer(response(200, '<html>'), NOW)).toMatchObject({ code: 'bad_answer', status: 200 })
  expect(await readAnswer(response(418, '{"code":"teapot"}'), NOW)).toMatchObject({ code: 'bad_answer' })
})

test.each([
  ['120', 120_000],
  ['Thu, 15 Jan 2026 09:00:30 GMT', 30_000],
  ['Thu, 15 Jan 2026 08:00:00 GMT', 0],
  ['soon', null],
])('[PL07] Retry-After is read as seconds or as a date: %s', async (text, expected) => {
  const headers = { 'Rt-Origin': '1', 'Retry-After': text }
  const answer = await readAnswer(response(503, '{"code":"overloaded"}', headers), NOW)
  expect(answer).toMatchObject({ code: 'overloaded', retryAfterMs: expected })
})
