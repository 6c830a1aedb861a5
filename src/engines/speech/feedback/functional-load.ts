/**
 * How much a contrast matters for being understood: the ranks of A. Brown, "Functional load and the teaching of
 * pronunciation", TESOL Quarterly 22 (1988), 593–606, from 1 to 10 (most). He ranks pairs of Received Pronunciation;
 * here they stand under their General American phones, the vowels of "lot" and "palm" both as AA.
 */
const RANKS: readonly (readonly [rank: number, pairs: string])[] = [
  [10, 'P-B P-F M-N N-L L-R EH-AE AE-AH AE-AA AH-AA AO-OW'],
  [9, 'F-HH T-D K-G EH-IH EH-EY AA-AY ER-OW'],
  [8, 'W-V S-Z IY-IH'],
  [7, 'B-V F-V DH-Z S-SH'],
  [6, 'V-DH S-ZH AO-ER AA-OW'],
  [5, 'TH-DH TH-S DH-D Z-JH N-NG AH-ER AA-AO'],
  [4, 'TH-T EH-ER AO-UH'],
  [3, 'CH-JH UW-UH AA-AW'],
  [2, 'CH-SH SH-ZH Y-ZH'],
  [1, 'F-TH JH-Y AO-OY'],
]
const HIGHEST_RANK = 10

/** For pairs that learners confuse too rarely to be ranked: below the middle. */
const UNRANKED = 0.3

const loadOfPair = new Map(
  RANKS.flatMap(([rank, pairs]) => pairs.split(' ').map((pair) => [pair, rank / HIGHEST_RANK] as const)),
)

/** From 0 to 1, in either order. */
export function loadOfContrast(one: string, other: string): number {
  return loadOfPair.get(`${one}-${other}`) ?? loadOfPair.get(`${other}-${one}`) ?? UNRANKED
}

/** The mean over the ranked contrasts of a phone: what losing it costs when nobody knows what it became. */
export function loadOfPhone(phone: string): number {
  const loads = [...loadOfPair].flatMap(([pair, load]) => (pair.split('-').includes(phone) ? [load] : []))
  return loads.length === 0 ? UNRANKED : loads.reduce((sum, load) => sum + load, 0) / loads.length
}
