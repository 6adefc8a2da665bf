/** Of a row that has moved on: each field that was changed since, with the value it had. */
export type Unseen = ReadonlyMap<string, unknown>

type Fields = Record<string, unknown>

export interface Clash {
  fields: string[]
  /** How the writer saw them. */
  base: Fields
}

/** How far edits of one kind of row are apart. */
export interface MergeRules {
  /** Fields that mean something only together: a change of one is a change of all. Every other field stands for itself. */
  units: readonly (readonly string[])[]
  /** What an edit takes for granted, whichever field it is of. */
  relies: readonly string[]
}

/**
 * Whether a patch made on an older rev can be laid over the row as it is now without undoing what its writer has not
 * seen: only where both have touched the same unit it cannot, unless both came to the same. A value that was changed and
 * changed back is a change all the same: somebody decided it.
 */
export function clashOfPatch(
  unseen: Unseen,
  current: Fields,
  patch: Fields,
  rules: MergeRules,
): Clash | null {
  const seen = (field: string) => (unseen.has(field) ? unseen.get(field) : current[field])
  const mine = (field: string) => (field in patch ? patch[field] : seen(field))
  const clashing = new Set<string>()
  for (const unit of unitsOf([...Object.keys(patch), ...rules.relies], rules)) {
    const isUntouched = !unit.some((field) => unseen.has(field))
    if (isUntouched || unit.every((field) => mine(field) === current[field])) continue
    for (const field of unit) if (field in patch || unseen.has(field)) clashing.add(field)
  }
  return clashOf([...clashing], seen)
}

/** For a write about the row as a whole: it stands and falls with everything its writer saw. */
export function clashOfWhole(unseen: Unseen): Clash | null {
  return clashOf([...unseen.keys()], (field) => unseen.get(field))
}

function unitsOf(fields: readonly string[], { units }: MergeRules): Set<readonly string[]> {
  return new Set(fields.map((field) => units.find((unit) => unit.includes(field)) ?? [field]))
}

function clashOf(fields: string[], seen: (field: string) => unknown): Clash | null {
  if (fields.length === 0) return null
  return { fields, base: Object.fromEntries(fields.map((field) => [field, seen(field)])) }
}
