/** Blanks and characters without a width, which people put between the letters of a token. */
const GAP = String.raw`[\s\p{Cf}\u034F]*`
const spaced = (token: string) =>
  [...token].map((character) => character.replace(/[[\]|/\\^$.*+?(){}]/, String.raw`\$&`)).join(GAP)

const BEGIN = '[<＜﹤]'
const BAR = '[|｜│∣]'
const NAMES = [
  's',
  '/s',
  'bos',
  'eos',
  'start_of_turn',
  'end_of_turn',
  'im_start',
  'im_end',
  'unk',
  'pad',
].map(spaced)

/** The first sign of each is put in another shape: the words stay readable, and no model's tokenizer knows them. */
const TOKENS: readonly (readonly [token: RegExp, sign: string])[] = [
  // <|im_start|>, <|eot_id|> and all of that form.
  [new RegExp(`${BEGIN}(?=${GAP}${BAR})`, 'gu'), '‹'],
  [new RegExp(`${BAR}(?=${GAP}[>＞﹥])`, 'gu'), '¦'],
  [new RegExp(`${BEGIN}(?=${GAP}(?:${NAMES.join('|')})${GAP}[>＞﹥])`, 'giu'), '‹'],
  // <<SYS>> and <</SYS>>.
  [new RegExp(`${BEGIN}${GAP}${BEGIN}(?=${GAP}/?${GAP}${spaced('sys')})`, 'giu'), '‹‹'],
  [
    new RegExp(`[[［](?=${GAP}/?${GAP}(?:${spaced('inst')}|${spaced('system_prompt')})${GAP}[\\]］])`, 'giu'),
    '(',
  ],
  // A line that begins as another speaker of a transcript.
  [/(?<=^|[\n\r\u2028\u2029]\s*)(human|user|assistant|system)(?=\s*[:：])/giu, '› $1'],
]

/** Tokens that chat templates give a meaning, in any letters and with gaps, as plain text. */
export const withoutChatTokens = (text: string): string =>
  TOKENS.reduce((plain, [token, sign]) => plain.replace(token, sign), text)
