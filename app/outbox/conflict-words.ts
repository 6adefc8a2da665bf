import type { LocalWrite } from '../realtime/local-writes.ts'
import type { Ways } from './ways.ts'

/** What happened and which ways are left, for whoever has to choose. */
export function conflictAdvice({ error, verb }: Pick<LocalWrite, 'error' | 'verb'>, ways: Ways): string {
  const code = error?.code
  if (code === 'not_found') {
    if (verb === 'delete') return 'It was deleted meanwhile, which is what you wanted: nothing is left to do.'
    return ways.enterAsNew
      ? 'It was deleted meanwhile. You can enter what you wrote as a new one, or drop it.'
      : 'It was deleted meanwhile. There is nothing left that your change could be made on.'
  }
  if (verb === 'create')
    return 'The server has an entry under this key already. Yours is not needed any more.'
  if (!ways.keepMine)
    return ways.enterAsNew
      ? 'It was decided meanwhile and stands as it is. You can enter what you wrote as a new one, or drop it.'
      : 'It was decided meanwhile and stands as it is.'
  return verb === 'edit'
    ? 'Somebody else changed the same thing. Keep yours or theirs; nothing is sent until you choose.'
    : 'It is not what you saw any more. Look at it once more; nothing is sent until you choose.'
}
