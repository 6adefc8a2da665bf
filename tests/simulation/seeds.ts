/** Seeds that once failed and what they found; each is run with the tests, as long as it takes to come to the place. */
export const KEPT_SEEDS: readonly { seed: number; hours: number; found: string }[] = [
  {
    seed: 5,
    hours: 0.3,
    found:
      'nothing yet: a quiet world of two people, so that a broken simulation is not taken for a broken product',
  },
  {
    seed: 11,
    hours: 0.4,
    found:
      'after the clock was set, a runtime took its tab for dead by a lease, and the tab never learned of it',
  },
  {
    seed: 50,
    hours: 0.5,
    found: 'a runtime that took over was behind the last, and told a tab again what it had been told',
  },
  {
    seed: 214,
    hours: 0.7,
    found: 'a runtime that died while the tab waited for its own lock was never replaced',
  },
  {
    seed: 222,
    hours: 0.5,
    found: 'followers fenced a leader for ever whose generation came from a clock that had been set back',
  },
  {
    seed: 232,
    hours: 0.5,
    found: 'a tab attached with a lock it had lost meanwhile, and was taken for dead at once',
  },
  {
    seed: 738,
    hours: 1,
    found: 'a successor that was behind took what the last leader had seen for seen, and never told it',
  },
  {
    seed: 59,
    hours: 0.6,
    found: 'a token that had died in the queue of a sleeper was handed from tab to tab for ever',
  },
  {
    seed: 334,
    hours: 0.5,
    found: 'the late answer to a second logout cleared the cookie of the next session',
  },
  {
    seed: 143,
    hours: 1,
    found: 'a session ended, the next in line hung, and the tab that was looked at did not learn of it',
  },
  { seed: 13, hours: 0.3, found: 'a full store kept the record of a session that had been signed out of' },
]
