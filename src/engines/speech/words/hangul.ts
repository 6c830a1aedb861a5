const FIRST_SYLLABLE = 0xac00
const ONSETS = 'g kk n d tt r m b pp s ss - j jj ch k t p h'.split(' ').map((onset) => onset.replace('-', ''))
const VOWELS = 'a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i'.split(' ')
/** The letters in which a coda goes on when a vowel follows it, "-" for none; as many as Unicode has codas. */
const CODAS = '- g kk gs n nj nh d l lg lm lb ls lt lp lh m b bs s ss ng j ch k t p h'
  .split(' ')
  .map((coda) => coda.replace('-', ''))

/** How a coda closes its syllable: only seven sounds can. */
const CLOSED = new Map(
  (
    'g:k kk:k gs:k n:n nj:n nh:n d:t l:l lg:k lm:m lb:l ls:l lt:l lp:p lh:l m:m b:p bs:p s:t ss:t ng:ng j:t ch:t ' +
    'k:k t:t p:p h:'
  )
    .split(' ')
    .map((entry) => entry.split(':'))
    .map(([coda = '', sound = '']) => [coda, sound] as const),
)
const NASAL = new Map([
  ['k', 'ng'],
  ['t', 'n'],
  ['p', 'm'],
])
/** What of a double coda stays when a vowel follows, and what goes over to it. */
const CLUSTERS = new Map<string, readonly [stays: string, goes: string]>([
  ['gs', ['k', 's']],
  ['nj', ['n', 'j']],
  ['nh', ['', 'n']],
  ['lg', ['l', 'g']],
  ['lm', ['l', 'm']],
  ['lb', ['l', 'b']],
  ['ls', ['l', 's']],
  ['lt', ['l', 't']],
  ['lp', ['l', 'p']],
  ['lh', ['', 'l']],
  ['bs', ['p', 's']],
  ['h', ['', '']],
])

type Syllable = { onset: string; vowel: string; coda: string }

/**
 * Hangul in Revised Romanisation as it is said, syllables apart: 동성로 as dong-seong-no. Carries codas over, makes
 * nasals and laterals of what meets them; tensing and palatalisation are left out, English has no letters for them.
 */
export function romaniseHangul(text: string): string[] {
  const syllables = [...text.normalize('NFC')].map(partsOf)
  for (const [index, syllable] of syllables.entries()) {
    const next = syllables[index + 1]
    if (next) meet(syllable, next)
    else syllable.coda = CLOSED.get(syllable.coda) ?? ''
  }
  return syllables.map(({ onset, vowel, coda }) => onset + vowel + coda)
}

export const isHangul = (text: string) => /^[가-힣]+$/u.test(text.normalize('NFC'))

function partsOf(character: string): Syllable {
  const index = (character.codePointAt(0) ?? 0) - FIRST_SYLLABLE
  return {
    onset: ONSETS[Math.floor(index / (VOWELS.length * CODAS.length))] ?? '',
    vowel: VOWELS[Math.floor(index / CODAS.length) % VOWELS.length] ?? '',
    coda: CODAS[index % CODAS.length] ?? '',
  }
}

function meet(left: Syllable, right: Syllable): void {
  if (right.onset === '') carryOver(left, right)
  else assimilate(left, right)
}

/** A vowel takes over the coda before it: 맛이 as ma-si. A final h is silent there, and "ng" stays where it is. */
function carryOver(left: Syllable, right: Syllable): void {
  if (left.coda === 'ng') return
  const [stays, goes] = CLUSTERS.get(left.coda) ?? ['', left.coda]
  left.coda = stays
  right.onset = goes === 'l' ? 'r' : goes
}

/** l and r melt into ll, n and r too; what else stands before a nasal or before r becomes one itself. */
function assimilate(left: Syllable, right: Syllable): void {
  const sound = CLOSED.get(left.coda) ?? ''
  const isLateral = sound === 'l' ? /^[rn]$/.test(right.onset) : sound === 'n' && right.onset === 'r'
  left.coda = sound
  if (isLateral) {
    left.coda = 'l'
    right.onset = 'l'
  } else if (/^[nmr]$/.test(right.onset) && sound !== '') {
    left.coda = NASAL.get(sound) ?? sound
    right.onset = right.onset === 'm' ? 'm' : 'n'
  }
}
