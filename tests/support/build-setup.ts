import { buildIfStale } from '../../server/build-if-stale.ts'

export default buildIfStale
