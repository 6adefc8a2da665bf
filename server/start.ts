import { buildIfStale } from './build-if-stale.ts'

buildIfStale()
await import(new URL('../dist/server/main.js', import.meta.url).href)
