const SHORTEST_STEM = 3

/** Ending, and what may stand there instead in the base form. */
const ENDINGS: readonly (readonly [ending: string, instead: readonly string[]])[] = [
  ['ies', ['y', 'ie']],
  ['ves', ['f', 'fe']],
  ['es', ['', 'e']],
  ['s', ['']],
  ['ied', ['y']],
  ['ed', ['', 'e']],
  ['ying', ['y', 'ie']],
  ['ing', ['', 'e']],
  ['ier', ['y']],
  ['iest', ['y']],
  ['er', ['', 'e']],
  ['est', ['', 'e']],
  ['ily', ['y']],
  ['ly', ['', 'le']],
]

/**
 * The word and what it may be a form of. Irregular forms (went, children) are left alone: they are as frequent as
 * their base forms and have ranks of their own. What comes out may be no word; whoever asks looks it up.
 */
export function baseFormsOf(word: string): string[] {
  const forms = new Set([word])
  for (const [ending, instead] of ENDINGS) {
    if (!word.endsWith(ending)) continue
    const stem = word.slice(0, -ending.length)
    if (stem.length < SHORTEST_STEM - 1) continue
    for (const tail of instead) forms.add(stem + tail)
    if (/([bdgklmnprt])\1$/.test(stem)) forms.add(stem.slice(0, -1))
  }
  return [...forms].filter((form) => form === word || form.length >= SHORTEST_STEM)
}
