import { expect, test } from 'vitest'
import { createDraw } from '../support/draw.ts'
import { createFuzzServer, fuzz } from '../support/fuzz-run.ts'
import { fuzzSockets } from '../support/fuzz-sockets.ts'

const REQUESTS = 5000

test('no malformed request is answered with a fault of ours, and every refusal is a problem document', async () => {
  const server = await createFuzzServer()
  const { failures, bare, statuses } = await fuzz(server, createDraw(1), REQUESTS)
  expect(failures).toEqual([])
  expect(bare).toEqual([])
  // It got past the door often enough to have tried what is behind it.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 20)
  expect(statuses.get(201) ?? 0).toBeGreaterThan(0)
  expect(statuses.get(202) ?? 0).toBeGreaterThan(0)
  expect(statuses.get(422) ?? 0).toBeGreaterThan(REQUESTS / 50)
  await server.close()
}, 120_000)

test('bytes that are no request end their own connection and harm nothing', async () => {
  const { failures, statuses } = await fuzzSockets(createDraw(2), 600)
  expect(failures).toEqual([])
  expect(statuses.get(400) ?? 0).toBeGreaterThan(50)
}, 60_000)
