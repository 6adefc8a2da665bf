import type { FaultyServer } from './fault-proxy.ts'
import { refusal } from './faults.ts'

export interface WornTokens {
  /** Every token that was used so far is refused from now on, as one that has run out is. */
  wear(): void
  /** How many requests came with one that is refused. */
  refused(): number
}

/** Lets tokens run out at a moment of the test's choosing. */
export function createWornTokens(server: Pick<FaultyServer, 'faultWhere'>): WornTokens {
  const used = new Set<string>()
  const worn = new Set<string>()
  const rule = server.faultWhere(
    ({ headers: { authorization }, url }) => {
      if (authorization === undefined || url === '/auth/logout') return false
      used.add(authorization)
      return worn.has(authorization)
    },
    refusal(401, 'token_expired'),
  )
  return {
    wear() {
      for (const token of used) worn.add(token)
    },
    refused: () => rule.met.length,
  }
}
