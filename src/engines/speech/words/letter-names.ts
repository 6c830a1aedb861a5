import type { Ways } from './pronunciations.ts'

const NAMES = new Map(
  (
    'a:EY b:B_IY c:S_IY d:D_IY e:IY f:EH_F g:JH_IY h:EY_CH i:AY j:JH_EY k:K_EY l:EH_L m:EH_M n:EH_N o:OW ' +
    'p:P_IY q:K_Y_UW r:AA_R s:EH_S t:T_IY u:Y_UW v:V_IY w:D_AH_B_AH_L_Y_UW x:EH_K_S y:W_AY z:Z_IY'
  )
    .split(' ')
    .map((entry) => entry.split(':'))
    .map(([letter = '', phones = '']) => [letter, phones.split('_')] as const),
)

/** Letter by letter, "KTX" as "kay tee ex"; empty when something in it is no letter from a to z. */
export function spelledOut(letters: string): Ways {
  const names = [...letters.toLowerCase()].map((letter) => NAMES.get(letter))
  return names.length > 0 && names.every((name) => name !== undefined) ? [names.flat()] : []
}
