import { expect, test } from 'vitest'
import { nextRole, shownRole, type Role, type RoleEvent } from '../../worker/core/role.ts'

const after = (...events: RoleEvent[]) => events.reduce<Role>(nextRole, 'follower')

test.each<[Role, RoleEvent[]]>([
  ['leader', ['granted']],
  ['draining', ['granted', 'asked']],
  ['follower', ['granted', 'asked', 'drained']],
  ['follower', ['granted', 'superseded']],
  ['follower', ['granted', 'stolen']],
  ['follower', ['granted', 'fault']],
  ['follower', ['granted', 'asked', 'stolen']],
  ['retired', ['granted', 'build_retired']],
  ['follower', ['granted', 'build_retired', 'redeployed']],
])('[LD13] a runtime is %s after %j', (role, events) => {
  expect(after(...events)).toBe(role)
})

test('[LD13] a retired runtime leads under no event but the one that brings its build back', () => {
  const events: RoleEvent[] = [
    'granted',
    'asked',
    'drained',
    'superseded',
    'stolen',
    'fault',
    'build_retired',
  ]
  for (const event of events) expect(nextRole('retired', event)).toBe('retired')
})

test('[LD13] only one that polls is shown as the leader', () => {
  const roles: Role[] = ['leader', 'draining', 'follower', 'retired']
  expect(roles.map(shownRole)).toEqual(['leader', 'follower', 'follower', 'follower'])
})
