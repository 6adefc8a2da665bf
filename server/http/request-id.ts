import type { Random } from '../deps.ts'

const WELL_FORMED = /^[A-Za-z0-9._-]{1,64}$/
const MINTED_LENGTH = 16

/** The client's id of this exchange when it is well formed, else one of ours. */
export function requestIdOf(sent: string | undefined, random: Pick<Random, 'id'>): string {
  return sent !== undefined && WELL_FORMED.test(sent) ? sent : random.id(MINTED_LENGTH)
}
