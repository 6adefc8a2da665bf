/** A filter by every property of a large organisation fits; what is longer is no question of ours. */
export const QUERY_LENGTH_MAX = 8192
export const QUERY_PARAMS_MAX = 32

/** What is wrong with the size of a query, in words; null when nothing is. Looked at before it is taken apart. */
export function queryTrouble(url: string): string | null {
  const begin = url.indexOf('?')
  if (begin < 0) return null
  if (url.length - begin > QUERY_LENGTH_MAX) return `A query may have ${QUERY_LENGTH_MAX} characters.`
  let params = 1
  for (let at = url.indexOf('&', begin); at >= 0; at = url.indexOf('&', at + 1)) params += 1
  return params > QUERY_PARAMS_MAX ? `A query may have ${QUERY_PARAMS_MAX} parameters.` : null
}
