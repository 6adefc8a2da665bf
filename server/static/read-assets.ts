import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Asset } from './assets.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}
const TEXT = new Set(['.html', '.js', '.css', '.svg', '.json', '.map', '.webmanifest', '.txt'])
const GZIP_LEVEL = 9

/** Names under these folders carry a hash of their content, so they are never asked for again. */
const HASHED = /^\/(?:assets|rt)\//
/** Registered under /rt/ by this very name. */
const NARROW_SCOPE = '/rt/sw.js'
const FOREVER = 'public, max-age=31536000, immutable'
/** Kept, but asked about at every use: a new deploy is seen at once. */
const ASK_FIRST = 'no-cache'

/** Every file under the folder, in memory. A folder that is missing has none: in development Vite serves the app. */
export function readAssets(folder: string): Map<string, Asset> {
  const assets = new Map<string, Asset>()
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return assets
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const path = file.slice(folder.length).split(sep).join('/')
    assets.set(path.startsWith('/') ? path : `/${path}`, toAsset(path, readFileSync(file)))
  }
  return assets
}

/** Whether its name changes with its content. */
export function isHashed(path: string): boolean {
  return HASHED.test(path) && path !== NARROW_SCOPE
}

/** @param path decides type and caching */
export function toAsset(path: string, content: Buffer): Asset {
  const extension = extname(path)
  const packed = TEXT.has(extension) ? gzipSync(content, { level: GZIP_LEVEL }) : null
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 22)
  return {
    body: new Uint8Array(content),
    gzip: packed && packed.length < content.length ? new Uint8Array(packed) : null,
    type: TYPES[extension] ?? 'application/octet-stream',
    etag: `"${hash}"`,
    gzipEtag: `"${hash}-gzip"`,
    cacheControl: isHashed(path) ? FOREVER : ASK_FIRST,
  }
}
