import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findRepair } from '#engines/language/repair-line.ts'
import { findUnsafe } from '#engines/language/safety-rule.ts'
import { readContent } from './read-content.ts'
import { toRepairLines, toSafetyRules } from './read-phrases.ts'

const { repairs, safety, faults, situations } = readContent(join(import.meta.dirname, '../../..'))
const repairLines = toRepairLines(repairs)
const safetyRules = toSafetyRules(safety)

describe('the repair lines of this repository', () => {
  test('are there for each kind, without a fault', () => {
    expect(faults).toEqual([])
    expect(repairs.map(({ value }) => value.kind).toSorted()).toEqual([
      'explain',
      'korean',
      'repeat',
      'skip',
      'slower',
    ])
  })

  test.each([
    ['Pardon?', 'repeat'],
    ['Sorry, what did you say?', 'repeat'],
    ['Could you say that again?', 'repeat'],
    ['Could you please repeat that?', 'repeat'],
    ['Can you say that one more time, please?', 'repeat'],
    ["I'm sorry, I didn't catch that.", 'repeat'],
    ['Excuse me, could you repeat the question?', 'repeat'],
    ['다시 말해 주세요', 'repeat'],
    ['죄송하지만 다시 한번 말씀해 주시겠어요?', 'repeat'],
    ['뭐라고요?', 'repeat'],
    ['못 들었어요.', 'repeat'],
    ['Slowly, please.', 'slower'],
    ['Could you speak more slowly?', 'slower'],
    ['Sorry, can you say that again a little slower?', 'slower'],
    ["You're too fast!", 'slower'],
    ['천천히', 'slower'],
    ['좀 더 천천히 말해 주세요.', 'slower'],
    ["I don't understand.", 'explain'],
    ["Sorry, I didn't get that.", 'explain'],
    ['What does that mean?', 'explain'],
    ["I don't know what to say.", 'explain'],
    ['무슨 뜻이에요?', 'explain'],
    ['잘 이해가 안 돼요', 'explain'],
    ['Can you explain in Korean?', 'korean'],
    ['한국어로 말해 주세요', 'korean'],
    ['힌트 주세요', 'korean'],
    ['영어로 어떻게 말해요?', 'korean'],
    ["Let's skip this.", 'skip'],
    ['Next question, please.', 'skip'],
    ['이건 넘어갈게요', 'skip'],
    ['패스!', 'skip'],
  ])('hear %j as %s', (said, kind) => {
    expect(findRepair(repairLines, said)?.kind).toBe(kind)
  })

  test.each([
    'Could you repeat the price?',
    'Could you repeat the directions, please?',
    'Can you say that number again in English for my mother?',
    'What does the red line mean?',
    'What does this dish come with?',
    "I don't understand why it is so expensive.",
    'Please drive slowly, I have time.',
    'I walk slowly because of my knee.',
    'The bus is too fast for me.',
    'Do you want to try again tomorrow?',
    'Hello again!',
    'Can you help me?',
    'Excuse me, could you help me find the station?',
    'I speak Korean and a little English.',
    'Do you have a menu in Korean?',
    'The next train, please.',
    'I missed the next stop.',
    'Skip the onions, please.',
    'I have a bus pass.',
    'Can I pass through here?',
    'What time is it?',
    'What?! That is expensive.',
    'One more, please.',
    'One more coffee, please.',
    "What's that over there?",
    'Sorry.',
    'Excuse me.',
    'Please.',
    'I am lost. Where is the station?',
    '천천히 걸어서 가려고 해요',
    '다음 역이 어디예요?',
    '무슨 버스를 타야 해요?',
    '도와주셔서 감사합니다',
  ])('leave %j to the partner', (said) => {
    expect(findRepair(repairLines, said)).toBeUndefined()
  })

  test('leave every line to the partner that an author expects or tests, but for those that are goals', () => {
    const lines = situations
      .flatMap(({ variations }) => variations.map(({ value }) => value))
      .flatMap(({ ideal_responses, acceptable_responses, tests }) => [
        ...[...ideal_responses, ...acceptable_responses].map(({ text }) => text),
        ...tests.flatMap(({ says, expects_goal }) => (says !== undefined && expects_goal ? [says] : [])),
      ])
    // An interview in which asking again is a goal: the scene goes before the repair line.
    expect(lines.filter((line) => findRepair(repairLines, line)).toSorted()).toEqual([
      'Could you say that again, please?',
      "I don't understand the question.",
      'Sorry, what do you mean by that?',
    ])
    expect(lines.filter((line) => findUnsafe(safetyRules, line))).toEqual([])
  })
})

describe('the safety rules of this repository', () => {
  test.each([
    ['I want to kill myself.', 'self-harm'],
    ['Sometimes I think about suicide', 'self-harm'],
    ['I don’t want to live anymore', 'self-harm'],
    ['요즘 죽고 싶어요', 'self-harm'],
    ['자살하고 싶다', 'self-harm'],
    ['Do you want to have sex?', 'sexual-content'],
    ['Send me your nudes', 'sexual-content'],
    ['야한 사진 보내 줘', 'sexual-content'],
    ['My phone number is 010 1234 5678.', 'personal-data'],
    ['제 주민등록번호는 900101', 'personal-data'],
    ['I will kill you!', 'violence'],
    ['How do I make a bomb?', 'violence'],
    ['i want kill you', 'violence'],
    ['I going kill him', 'violence'],
    ['I want killing my teacher', 'violence'],
    ['how make bomb', 'violence'],
    ['How I can kill person?', 'violence'],
    ['I want kill my self', 'self-harm'],
    ['I want cut my wrist', 'self-harm'],
    ['i not want live', 'self-harm'],
    ['I want dead', 'self-harm'],
    ['너 죽여버릴 거야', 'violence'],
    ['I hate foreigners', 'hate'],
    ['외국인은 다 꺼져', 'hate'],
    ["I'm dying for a coffee, and I want to kill myself.", 'self-harm'],
  ])('hear %j as %s (faults.md C24)', (said, category) => {
    const unsafe = findUnsafe(safetyRules, said)
    expect(unsafe?.rule.category).toBe(category)
    expect(unsafe && said.slice(unsafe.start, unsafe.end)).toBe(unsafe?.evidence)
  })

  test.each([
    "I'm dying for a coffee.",
    'We can kill two birds with one stone.',
    'How can I kill time before the train?',
    'I would kill for a pizza right now.',
    'My phone is dead.',
    'My feet are killing me.',
    'I hurt myself playing soccer.',
    'I cut myself with a knife while I was cooking.',
    'This joke is so funny, I almost died.',
    'I was so embarrassed I wanted to die.',
    "I don't want to die before I see Jeju.",
    'I killed the boss in the game.',
    'Can you shoot me a text?',
    'I want kill time.',
    'How make coffee?',
    'I want kill the boss in this game.',
    'I not want live in Seoul.',
    "I don't want die before I see Jeju.",
    'I want cut my hair.',
    'I going to meet him.',
    "I'll shoot you a message later.",
    "I'm going to shoot the video at the lake.",
    'I bombed the test.',
    'He shot the ball and scored.',
    'This cake is to die for.',
    'My room number is 302.',
    'My favorite number is seven.',
    'My address is in the form already.',
    'I hate spicy food.',
    'I hate Mondays.',
    'What sex is the puppy?',
    'She works in a hospital, in the emergency room.',
    'The battery died.',
    "I'm going to beat you at bowling!",
    'Break a leg!',
    'It is killer hot in Daegu.',
    'Are you kidding me?',
    '배고파 죽겠어요',
    '더워서 죽을 것 같아요',
    '심심해 죽겠다',
    '시간을 죽이고 있어요',
    '너무 창피해서 죽고 싶었어요',
  ])('let %j through', (said) => {
    expect(findUnsafe(safetyRules, said)?.evidence).toBeUndefined()
  })
})
