import { plainWord, splitWords } from '#base/word-edits.ts'

/**
 * What Whisper and its successors write where nobody speaks: endings of the videos that they learned from. Collected
 * in openai/whisper discussions 679 and 928, ggml-org/whisper.cpp issue 1724 and Vexa-ai/vexa issue 617. Several are
 * things that people do say, so a phrase alone proves nothing: see `drop-hallucinations.ts`.
 */
const PHRASES = [
  'you',
  'thank you',
  'thanks',
  'thank you very much',
  'thank you so much',
  'bye',
  'bye bye',
  'okay',
  'thank you for watching',
  'thanks for watching',
  'thank you so much for watching',
  'thank you for watching this video',
  'thanks for watching and see you next time',
  'see you next time',
  'see you in the next video',
  "i'll see you in the next video",
  'please subscribe',
  'please subscribe to my channel',
  'please subscribe to our channel',
  'like and subscribe',
  'please like and subscribe',
  "don't forget to subscribe",
  "don't forget to like and subscribe",
  'subtitles by the amara.org community',
  'subtitles by',
  'transcription by castingwords',
  'music',
  'applause',
  'silence',
  '시청해주셔서 감사합니다',
  '시청해 주셔서 감사합니다',
  '시청해주셔서 고맙습니다',
  '끝까지 시청해주셔서 감사합니다',
  '감사합니다',
  '고맙습니다',
  '구독과 좋아요 부탁드립니다',
  '구독과 좋아요 부탁드려요',
  '구독 좋아요 부탁드립니다',
  '구독과 좋아요 알림설정 부탁드립니다',
  '다음 영상에서 만나요',
  '다음 시간에 만나요',
  '자막 제공 및 광고',
  'ご視聴ありがとうございました',
  '次の動画でお会いしましょう',
  'チャンネル登録お願いします',
  '字幕由amara.org社区提供',
  '請不吝點贊訂閱轉發打賞支持明鏡與點點欄目',
  '谢谢大家',
  'abone olmayı unutmayın',
  'izlediğiniz için teşekkürler',
]

/** With a name in it. */
const PATTERNS = [
  /^한글자막 by /,
  /^mbc 뉴스 (\S+ )?\S+입니다$/,
  /^(subtitles|captions|transcribed|transcription) by /,
]

const toKey = (text: string) => splitWords(text).map(plainWord).join(' ')

const KEYS = new Set(PHRASES.map(toKey))

export function isKnownHallucination(words: readonly string[]): boolean {
  const key = toKey(words.join(' '))
  return KEYS.has(key) || PATTERNS.some((pattern) => pattern.test(key))
}
