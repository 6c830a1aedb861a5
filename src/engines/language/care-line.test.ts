import { describe, expect, test } from 'vitest'
import { type CareKind, careLineFor } from './care-line.ts'

const SAID: Record<CareKind, string[]> = {
  danger: [
    'My husband hits me.',
    'Somebody is following me!',
    'He hit me yesterday.',
    "I don't feel safe at home.",
    '남편이 자꾸 저를 때려요',
    '누가 저를 따라와요',
  ],
  grief: [
    'My father passed away last week.',
    'my grandmother die yesterday',
    'My grandfather he is died.',
    'I lost my mother in March.',
    'We went to a funeral today.',
    'my dog was dead',
    "It was my friend's funeral.",
    'She passed away.',
    '할머니가 어제 돌아가셨어요.',
    '우리 강아지가 죽었어요',
    '장례식에 다녀왔어요',
  ],
  'bad-news': [
    'My mother is very sick.',
    'my mom have cancer',
    'I lose my job.',
    'I was fired yesterday.',
    'I failed the exam.',
    'my girlfriend left me',
    'We broke up.',
    'I am so sad today.',
    '시험에 떨어졌어요',
    '어머니가 많이 아파요',
    '대학에 불합격했어요',
  ],
  refusal: [
    "I don't want to talk about it.",
    'i not want talk about that',
    "I'd rather not say.",
    'Can we talk about something else?',
    'Please change the topic. Can we change the topic?',
    '그 얘기는 하고 싶지 않아요. 말하고 싶지 않아요.',
    '대답하기 싫어요',
  ],
  joy: [
    'I passed the exam!',
    'I get a new job!',
    'We got married last month.',
    'My sister had a baby.',
    'I am so happy today!',
    '드디어 합격했어요!',
    '저 취직했어요',
  ],
}

const EVERYDAY = [
  'I want to get a new job next year.',
  'If I fail the exam, I will try again.',
  'My phone died on the way home.',
  'My friend died in the game again.',
  'My brother died laughing.',
  'I lost my mother at the market, but I found her.',
  'I lost my umbrella.',
  'My father is a teacher.',
  'I walked up Apsan with my grandmother.',
  'I am sick of rain.',
  'He beats me at chess.',
  'I hope I pass the test.',
  'I want to talk about my weekend.',
  'I am happy to meet you.',
  'My dog likes the park.',
  'The movie was about a funeral.',
  'Can I pay by card?',
  '할머니가 집으로 돌아가셨어요.',
  '저는 강아지를 좋아해요',
  '오늘 날씨가 좋아요',
]

describe('careLineFor (faults.md I4)', () => {
  for (const [kind, sentences] of Object.entries(SAID)) {
    test.each(sentences)(`${kind}: %s`, (said) => {
      expect(careLineFor(said)?.kind).toBe(kind)
    })
  }

  test.each(EVERYDAY)('everyday: %s', (said) => {
    expect(careLineFor(said)).toBeUndefined()
  })
})
