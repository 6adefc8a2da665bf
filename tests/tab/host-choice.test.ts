import { expect, test } from 'vitest'
import { hostPlan } from '../../worker/tab/host-choice.ts'

const SHARED = ['shared-worker', 'shared-worker', 'tab']
const OWN = ['tab', 'tab']

test.each([
  ['auto', true, false, SHARED],
  ['auto', true, true, OWN],
  ['auto', false, false, OWN],
  ['shared-worker', true, true, SHARED],
  ['shared-worker', false, false, OWN],
  ['tab', true, false, OWN],
  ['a word of tomorrow', true, false, SHARED],
])(
  '[TB10] flag %s, SharedWorker %s, WebKit %s: hosts are tried in the order of trust',
  (flag, hasSharedWorker, isWebKit, plan) => {
    expect(hostPlan({ flag, hasSharedWorker, isWebKit })).toEqual(plan)
  },
)
