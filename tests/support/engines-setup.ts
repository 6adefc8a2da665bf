import { buildIfStale } from '../../server/build-if-stale.ts'
import { findEngines, installEngines } from './find-engines.ts'

export default function setUp(): void {
  installEngines()
  findEngines()
  buildIfStale()
}
