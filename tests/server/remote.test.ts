import { Hono, type Context } from 'hono'
import { expect, test } from 'vitest'
import { createRemote } from '../../server/http/remote.ts'
import { networkOf } from '../../server/session/network-of.ts'

const PROXY = '10.0.0.1'

/** What a server that trusts these is told by a request with these headers, from this peer. */
async function ask(trusted: string[], peer: string, headers: Record<string, string>) {
  const remote = createRemote(trusted)
  const app = new Hono()
  app.get('/', (c: Context) => c.json([remote.address(c), remote.isSecure(c)]))
  const reply = await app.request(
    'http://a.test/',
    { headers },
    { incoming: { socket: { remoteAddress: peer } } },
  )
  return (await reply.json()) as [string, boolean]
}
const addressOf = async (trusted: string[], peer: string, forwarded: string) =>
  (await ask(trusted, peer, { 'X-Forwarded-For': forwarded }))[0]

test('nobody is believed by default: the peer is who asks', async () => {
  expect(await addressOf([], '198.51.100.7', '203.0.113.1')).toBe('198.51.100.7')
  expect(await addressOf([PROXY], '198.51.100.7', '203.0.113.1')).toBe('198.51.100.7')
})

test.each([
  ['203.0.113.1', '203.0.113.1'],
  ['1.1.1.1, 203.0.113.1', '203.0.113.1'],
  ['1.1.1.1, 203.0.113.1, 10.9.9.9', '203.0.113.1'],
  ['203.0.113.1:4711', '203.0.113.1'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['garbage', PROXY],
  ['203.0.113.1, garbage', PROXY],
  ['', PROXY],
])('behind a trusted proxy "%s" is %s', async (forwarded, address) => {
  expect(await addressOf(['10.0.0.0/8'], PROXY, forwarded)).toBe(address)
})

test('a proxy is known by its IPv6 block, and by its IPv4 address where the socket tells it as IPv6', async () => {
  expect(await addressOf(['fd00::/8'], 'fd12::1', '203.0.113.1')).toBe('203.0.113.1')
  expect(await addressOf([PROXY], `::ffff:${PROXY}`, '203.0.113.1')).toBe('203.0.113.1')
})

test('only a trusted proxy can say that a request came over TLS', async () => {
  const headers = { 'X-Forwarded-Proto': 'https' }
  expect((await ask([PROXY], PROXY, headers))[1]).toBe(true)
  expect((await ask([], PROXY, headers))[1]).toBe(false)
  expect((await ask([PROXY], PROXY, { 'X-Forwarded-Proto': 'https, http' }))[1]).toBe(false)
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:0DB8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['in-process', 'in-process'],
])('%s belongs to the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
