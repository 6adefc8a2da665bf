import type { Context } from 'hono'
import { HttpProblem } from '../http/problem.ts'
import type { Asset, Assets } from './assets.ts'

const INDEX = '/index.html'
const READS = new Set(['GET', 'HEAD'])
const WITH_EXTENSION = /\.[^/]*$/

/**
 * The last handler: files of the app, and its page for every path that only the app knows. A path with an extension
 * never gets the page: a script that is gone must say so, not answer with HTML.
 */
export function serveAssets(assets: Assets): (c: Context) => Response {
  return (c) => {
    const { path, method } = c.req
    const page = assets.get(INDEX)
    const file = path === '/' ? page : assets.get(path)
    const asset = file ?? (page && isNavigation(c) && !WITH_EXTENSION.test(path) ? page : undefined)
    if (!asset) throw new HttpProblem('not_found', { detail: 'There is nothing at this path.' })
    if (!READS.has(method)) throw new HttpProblem('method_not_allowed', { headers: { Allow: 'GET, HEAD' } })
    return answer(c, asset)
  }
}

function answer(c: Context, asset: Asset): Response {
  const packed = asset.gzip && acceptsGzip(c.req.header('accept-encoding')) ? asset.gzip : null
  const headers: Record<string, string> = {
    ETag: packed ? asset.gzipEtag : asset.etag,
    'Cache-Control': asset.cacheControl,
    ...(asset.gzip ? { Vary: 'Accept-Encoding' } : {}),
  }
  if (matches(c.req.header('if-none-match'), asset)) return new Response(null, { status: 304, headers })
  headers['Content-Type'] = asset.type
  if (packed) headers['Content-Encoding'] = 'gzip'
  const body = packed ?? asset.body
  headers['Content-Length'] = String(body.length)
  return new Response(c.req.method === 'HEAD' ? null : body, { headers })
}

/** RFC 9110 §13.1.2: compared weakly; a proxy that packs on its own makes a validator weak. */
function matches(sent: string | undefined, { etag, gzipEtag }: Asset): boolean {
  if (sent === undefined) return false
  const known = sent.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return known.includes('*') || known.includes(etag) || known.includes(gzipEtag)
}

/** Whether somebody wants to see a page. Browsers say so themselves; of everything else, what takes HTML is believed. */
function isNavigation(c: Context): boolean {
  const mode = c.req.header('sec-fetch-mode')
  if (mode !== undefined) return mode === 'navigate'
  const accept = c.req.header('accept') ?? ''
  return accept.includes('text/html') || accept.includes('*/*')
}

function acceptsGzip(accept: string | undefined): boolean {
  return /\b(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accept ?? '')
}
