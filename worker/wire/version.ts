/**
 * The contract's version. Any change to a schema, code list or header name in this folder changes `fingerprint`; the test
 * in tests/wire/version.test.ts then asks for a new line here that says what changed and whether old clients can live with it.
 */
export const WIRE_HISTORY = [
  {
    version: 1,
    oldestServed: 1,
    fingerprint: '169522364137d4c8',
    note: 'first contract: session, finance, tasks, long poll rt/1',
  },
  {
    version: 2,
    oldestServed: 1,
    fingerprint: 'b50ec5212d4b0bb9',
    note: 'deploys are numbered (Rt-Deploy, build_retired); the relay hands over, repeats what was lost and beats; a runtime without a token may ask the others for theirs; telemetry, flags and the tab of a request have their names. All of it is optional to version 1.',
  },
  {
    version: 3,
    oldestServed: 1,
    fingerprint: '62aefc0177dab614',
    note: 'a write on an older rev is merged where nothing clashes (Rt-Merged); a conflict names what clashes and what the writer saw; a write that was applied long ago is answered with the row as it is now, or with none (Rt-Gone). Who knows none of it sees a plain answer or a plain conflict. Streams have a code for what they keep no more (offset_gone).',
  },
] as const

export const WIRE_VERSION = 3
