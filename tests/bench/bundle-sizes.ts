import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const APP = join(import.meta.dirname, '../../dist/app')

/** Most that a part may weigh on the wire, KB of gzip. What is loaded before the first row of the ledger counts as main. */
export const BUDGET_KB = { main: 145, runtime: 24, 'service worker': 20 }

export interface PartSize {
  part: keyof typeof BUDGET_KB
  gzipKb: number
  budgetKb: number
}

export function measureParts(): PartSize[] {
  const scripts = readdirSync(join(APP, 'assets'))
  const html = readFileSync(join(APP, 'index.html'), 'utf8')
  // The page names its entry and preloads; of the parts loaded later only the finance page is on the way to the first row.
  const first = scripts.filter(
    (file) => file.endsWith('.js') && (html.includes(file) || /^(finance-page|ledger)-/.test(file)),
  )
  const files = {
    main: first.map((file) => `assets/${file}`),
    runtime: readdirSync(join(APP, 'rt'))
      .filter((file) => file.startsWith('shared-worker-'))
      .map((file) => `rt/${file}`),
    'service worker': ['service-worker.js'],
  }
  return (Object.keys(files) as (keyof typeof files)[]).map((part) => ({
    part,
    gzipKb:
      Math.round(
        (files[part].reduce((sum, file) => sum + gzipSync(readFileSync(join(APP, file))).length, 0) / 1024) *
          10,
      ) / 10,
    budgetKb: BUDGET_KB[part],
  }))
}

export function bundleSizes() {
  return Promise.resolve({ title: 'Size on the wire, KB of gzip', rows: measureParts() })
}
