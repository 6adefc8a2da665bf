import { expect, test } from 'vitest'
import { wantedBy } from '../../worker/core/tab-filter.ts'
import { anEvent } from '../support/core-samples.ts'

const money = anEvent(1)
const task = anEvent(2, { topic: 'tasks', propertyId: 'mill' })
const unknown = anEvent(3, { topic: 'weather' })

test('[HB05] a tab that names nothing wants all, also what this build does not know', () => {
  expect(wantedBy({}, [money, task, unknown])).toEqual([money, task, unknown])
})

test('[HB05] topics and properties narrow it, both at once, and an empty list wants nothing', () => {
  expect(wantedBy({ topics: ['tasks'] }, [money, task, unknown])).toEqual([task])
  expect(wantedBy({ properties: ['harbour'] }, [money, task])).toEqual([money])
  expect(wantedBy({ topics: ['tasks'], properties: ['harbour'] }, [money, task])).toEqual([])
  expect(wantedBy({ topics: [] }, [money, task])).toEqual([])
})
