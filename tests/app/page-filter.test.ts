import { describe, expect, it } from 'vitest'
import { nextItem } from '../../app/ui/menu.tsx'
import { withParam } from '../../app/ui/page-filter.tsx'

describe('the filter in the address', () => {
  const params = new URLSearchParams('property=p1&q=roof&other=1')

  it('changes one value and leaves the rest', () => {
    expect(withParam(params, 'property', 'p2').toString()).toBe('property=p2&q=roof&other=1')
    expect(withParam(params, 'q', 'a & b').get('q')).toBe('a & b')
  })

  it('holds only what differs from the default', () => {
    expect(withParam(params, 'property', undefined).toString()).toBe('q=roof&other=1')
    expect(withParam(params, 'q', '').toString()).toBe('property=p1&other=1')
  })

  it('leaves the address it came from as it was', () => {
    withParam(params, 'q', 'changed')
    expect(params.get('q')).toBe('roof')
  })
})

describe('keys of a menu', () => {
  it('go round at both ends', () => {
    expect(nextItem('ArrowDown', 2, 3)).toBe(0)
    expect(nextItem('ArrowUp', 0, 3)).toBe(2)
    expect(nextItem('ArrowDown', -1, 3)).toBe(0)
    expect(nextItem('ArrowUp', -1, 3)).toBe(2)
  })

  it('reach the ends at once and leave other keys alone', () => {
    expect(nextItem('Home', 1, 3)).toBe(0)
    expect(nextItem('End', 1, 3)).toBe(2)
    expect(nextItem('a', 1, 3)).toBeNull()
  })
})
