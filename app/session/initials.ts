const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** First letters of the first and the last word of a name; whole characters, in any script. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return ends.map((word) => firstCharacter(word ?? '').toLocaleUpperCase()).join('')
}

function firstCharacter(word: string): string {
  for (const { segment } of segmenter.segment(word)) return segment
  return ''
}
