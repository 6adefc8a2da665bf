import { TOPICS } from '../../worker/wire/event.ts'
import { HEADER } from '../../worker/wire/headers.ts'
import { PUBLISH_PATH } from '../../worker/wire/publish.ts'
import { SUBSCRIBE_PATH } from '../../worker/wire/subscribe.ts'
import type { Endpoint } from './endpoint.ts'

const POLL = ['p', 'properties', 'wait', 'limit', 'cursor', HEADER.cursor, HEADER.generation, HEADER.deploy]

function subscribe(path: string, does: string, parameters: readonly string[]): Endpoint {
  return {
    method: 'get',
    path,
    does,
    access: 'token',
    parameters,
    answers: { 200: { says: 'Every normal outcome; a gap is one of them.', schema: 'SubscribeAnswer' } },
    problems: [
      'bad_request',
      'bad_cursor',
      'forbidden_topic',
      'forbidden_property',
      'build_retired',
      'overloaded',
      'broker_down',
    ],
  }
}

function stream(topic: string): Endpoint {
  return {
    method: 'get',
    path: `/streams/${topic}`,
    does: 'The same feed in the read protocol of Durable Streams 1.0, JSON mode; with live=sse an event stream.',
    access: 'token',
    parameters: ['offset', 'live', 'cursor', 'If-None-Match'],
    answers: {
      200: {
        says: 'Events from the offset on; `Stream-Next-Offset` says where to go on.',
        schema: 'StreamEvents',
      },
      204: { says: 'The hold ended without any.' },
      304: { says: 'As it was.' },
    },
    problems: ['bad_request', 'bad_cursor', 'offset_gone', 'rate_limited', 'overloaded', 'broker_down'],
  }
}

export const REALTIME_ENDPOINTS: readonly Endpoint[] = [
  subscribe(SUBSCRIBE_PATH, 'The long poll, over all topics the token grants.', ['topics', ...POLL]),
  ...TOPICS.map((topic) => subscribe(`/${topic}${SUBSCRIBE_PATH}`, 'The long poll over this topic.', POLL)),
  ...TOPICS.map((topic): Endpoint => ({
    method: 'post',
    path: `/${topic}${PUBLISH_PATH}`,
    does: 'Tells the feed of an organisation what another server of the operator has changed.',
    access: 'key',
    body: 'PublishRequest',
    answers: { 202: { says: 'Every event is in the feed, once.', schema: 'PublishAnswer' } },
    problems: ['rate_limited', 'broker_down'],
  })),
  ...TOPICS.map(stream),
  {
    method: 'get',
    path: '/finance/events/subscribe',
    does: 'Retired; its successor is the long poll.',
    access: 'anybody',
    answers: {},
    problems: ['legacy_gone'],
  },
  {
    method: 'get',
    path: '/finance/realtime/metrics',
    does: 'What the realtime part of this process holds and has done.',
    access: 'token',
    role: 'owner',
    answers: { 200: { says: 'Counts since the start.', schema: 'Metrics' } },
    problems: ['forbidden'],
  },
  {
    method: 'get',
    path: '/finance/realtime/metrics/history',
    does: 'The same of the last three hours, a sample every ten seconds.',
    access: 'token',
    role: 'owner',
    parameters: ['since'],
    answers: { 200: { says: 'Samples after `since`, the oldest first.', schema: 'History' } },
    problems: ['bad_request', 'forbidden'],
  },
]
