import type { Asset } from '../static/assets.ts'
import { toAsset } from '../static/read-assets.ts'

/** Stands in the built page and service worker where the number of the deploy belongs. */
export const DEPLOY_PLACEHOLDER = '__STANDPIPE_DEPLOY__'
const NUMBERED = ['/index.html', '/service-worker.js']

/**
 * The files as this deploy serves them: the page says which it belongs to, and so does the service worker, so that a
 * browser which keeps the page of the same build from an earlier deploy fetches it anew.
 */
export function withDeploy(assets: ReadonlyMap<string, Asset>, deploy: number): Map<string, Asset> {
  const numbered = new Map(assets)
  for (const path of NUMBERED) {
    const asset = assets.get(path)
    if (!asset) continue
    const text = Buffer.from(asset.body).toString('utf8').replaceAll(DEPLOY_PLACEHOLDER, String(deploy))
    numbered.set(path, toAsset(path, Buffer.from(text)))
  }
  return numbered
}
