/** A fault planted in a copy of the sources, never in the product: the simulation has to find it. */
export interface Bug {
  name: string
  what: string
  file: string
  /** Stands in the file exactly once; the list follows the code. */
  find: string
  replace: string
}

export const BUGS: readonly Bug[] = [
  {
    name: 'orphan',
    what: 'nobody looks whether the lock of the leader is held at all',
    file: 'worker/core/lead-watch.ts',
    find: 'return held === 0 && pending > 0',
    replace: 'return held < 0 && pending > 0',
  },
  {
    name: 'no-steal',
    what: 'a leader that hangs is never stolen from',
    file: 'worker/core/lead-watch.ts',
    find: 'if (!isSilent() || !watched.visible()) return false',
    replace: 'if (isSilent() || !isSilent() || !watched.visible()) return false',
  },
  {
    name: 'begin',
    what: 'a feed that begins anew brings no resync',
    file: 'worker/core/term.ts',
    find: "hub.resync('attach', 0, cursor)",
    replace: 'void cursor',
  },
  {
    name: 'twice',
    what: 'events are not told apart by their ids',
    file: 'worker/core/inbox.ts',
    find: 'if (seen.has(eventId)) {',
    replace: 'if (seen.size < 0) {',
  },
  {
    name: 'gap',
    what: 'a gap moves the cursor and is not told to the tabs',
    file: 'worker/core/term.ts',
    find: 'hub.resync(gap.reason, gap.refetchAfterMs, cursor)',
    replace: 'void gap',
  },
  {
    name: 'lagging',
    what: 'a tab that took nothing for a while is forgotten when it does',
    file: 'worker/core/attached-tab.ts',
    find: 'if (missed) batch(missed.events, missed.cursor)',
    replace: 'if (sent > 0) return\n      if (missed) batch(missed.events, missed.cursor)',
  },
  {
    name: 'last-tab',
    what: 'polls go on after the last tab has gone',
    file: 'worker/core/shift.ts',
    find: 'session.expiredBy() === null && last.tabs > 0 ? session : null',
    replace: 'session.expiredBy() === null ? session : null',
  },
  {
    name: 'logout',
    what: 'a logout elsewhere is heard and nothing follows',
    file: 'worker/core/session.ts',
    find: "endedElsewhere: (sh) => endHere(sh, 'nobody', 'signed-out')",
    replace: 'endedElsewhere: () => Promise.resolve()',
  },
  {
    name: 'unheard-end',
    what: 'a session the server has ended goes on being called alive',
    file: 'worker/core/session.ts',
    find: 'if (!isCurrent(session) || session.expiry !== null) return',
    replace: 'if (isCurrent(session)) return',
  },
  {
    name: 'lost-frame',
    what: 'a follower takes what comes after a lost frame for what comes next',
    file: 'worker/core/follower.ts',
    find: 'if (frame.after !== at) {',
    replace: 'if (frame.after !== at && frame.to !== undefined) {',
  },
  {
    name: 'dead-tab',
    what: 'a runtime does not notice that a tab of its has crashed',
    file: 'worker/hosts/serve-tab.ts',
    find: "if (data.t === 'attach') watchTab(data.lock)",
    replace: "if (data.t === 'bye') watchTab('nobody')",
  },
  {
    name: 'hung',
    what: 'a tab never gives up a worker that hangs',
    file: 'worker/tab/pulse.ts',
    find: 'if (isSilent() && page.state().visible) onHung()',
    replace: 'if (isSilent() && !isSilent() && page.state().visible) onHung()',
  },
  {
    name: 'taken-for-dead',
    what: 'a tab that its runtime took for dead waits for ever',
    file: 'worker/tab/held-lock.ts',
    find: 'held = null\n        onLost()',
    replace: 'held = null',
  },
  {
    name: 'lost-early',
    what: 'a runtime that dies while a tab waits for its own lock is not replaced',
    file: 'worker/tab/attach.ts',
    find: 'onAbort(opened.lost, () => {',
    replace: "opened.lost.addEventListener('abort', () => {",
  },
  {
    name: 'said-sent',
    what: 'a write whose answer never came is taken for confirmed',
    file: 'worker/core/outbox-reply.ts',
    find: "if (OUTAGE.includes(code)) return { is: 'outage', failure: result }",
    replace: "if (OUTAGE.includes(code)) return { is: 'settled', row: null, gone: false }",
  },
  {
    name: 'other-hand',
    what: 'what one person entered is sent in the session of the next',
    file: 'worker/core/drain.ts',
    find: 'if (row.userId === user.id && row.orgId === org.id && !first.has(row.lane))',
    replace: 'if (user.id !== org.id && !first.has(row.lane))',
  },
  {
    name: 'out-of-order',
    what: 'the newest write of a row is sent before those it was made on',
    file: 'worker/core/outbox-lane.ts',
    find: 'const [head] = lane\n',
    replace: 'const head = lane.at(-1)\n',
  },
  {
    name: 'dead-sender',
    what: 'what a sender had taken up when it died is never taken up again',
    file: 'worker/core/outbox-lane.ts',
    find: 'if (!head || !isDue(head, now)) return null',
    replace: 'if (!head || !isDue(head, now) || (head.lease !== null && head.lease.by !== by)) return null',
  },
  {
    name: 'epoch-lost',
    what: 'a server that goes on with the feeds of the last gives them epochs of its own',
    file: 'server/realtime/memory-broker.ts',
    find: 'const feed = open(orgId, state, age() - idleMs)',
    replace: 'const feed = open(orgId, { ...state, epoch: random.id(EPOCH_LENGTH) }, age() - idleMs)',
  },
]
