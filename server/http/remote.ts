import { BlockList, isIP } from 'node:net'
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

export interface Remote {
  /** Who sent the request, as far as those we trust say so. Called in process there is nobody. */
  address(c: Context): string
  /** Whether it came to us, or to a proxy we trust, over TLS. */
  isSecure(c: Context): boolean
}

const IN_PROCESS = 'in-process'
/** `[2001:db8::1]:443` and `192.0.2.1:443`, as some proxies write them. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/

/**
 * Anybody can write `X-Forwarded-For`, and a proxy only adds to its end. So it is read from the right, and only as long as
 * whoever wrote an entry is a proxy of ours: the first that is none is who asks. (RFC 7239 §8.1)
 *
 * @param trustedProxies addresses or CIDR blocks, checked
 */
export function createRemote(trustedProxies: readonly string[]): Remote {
  const trusted = new BlockList()
  for (const block of trustedProxies) {
    const [address = '', bits] = block.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }

  const isOurs = (address: string) =>
    isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  const peerOf = (c: Context) =>
    (c.env as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress ?? IN_PROCESS

  return {
    address(c) {
      let last = peerOf(c)
      const hops = (c.req.header('x-forwarded-for') ?? '').split(',').toReversed()
      for (const hop of hops) {
        if (!isOurs(last)) return last
        const [, bracketed, plain] = WITH_PORT.exec(hop.trim()) ?? []
        const address = bracketed ?? plain ?? hop.trim()
        if (isIP(address) === 0) return last
        last = address
      }
      return last
    },
    isSecure(c) {
      if (new URL(c.req.url).protocol === 'https:') return true
      return isOurs(peerOf(c)) && c.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim() === 'https'
    },
  }
}

/** An address, or a block of them as `address/bits`. */
export function isBlock(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
}
