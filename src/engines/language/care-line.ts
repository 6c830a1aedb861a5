import { type AuthoredPhrases, findWithin } from './phrases.ts'

/** What a scripted partner must not answer with small talk, the most serious first. */
export const CARE_KINDS = ['danger', 'grief', 'bad-news', 'refusal', 'joy'] as const
export type CareKind = (typeof CARE_KINDS)[number]

type CareRule = {
  patterns: AuthoredPhrases
  /** Phrases that only look like it. */
  except: AuthoredPhrases
  says: string
}

const FAMILY =
  '(father|dad|mother|mom|mum|parents|grandfather|grandpa|grandmother|grandma|brother|sister|son|daughter|baby|child|husband|wife|uncle|aunt|cousin|friend|friends|boyfriend|girlfriend|teacher|dog|cat|puppy|pet|hamster)'
const MINE = `(my|our) [best] [close] [old] [dear] [older] [younger] [little] ${FAMILY} [he] [she]`
const PERSON_KO =
  '(아버지|아빠|어머니|엄마|할아버지|할머니|외할머니|외할아버지|형|오빠|누나|언니|동생|친구|남편|아내|삼촌|이모|고모|강아지|고양이|개)'
const CANCELLED = '(if|when|will|hope|want to|wanna|need to|have to|going to|must|can|try to|trying to)'

/** The rules hold for every persona: a loss is answered the same way by a clerk and by a friend. */
const RULES: Readonly<Record<CareKind, CareRule>> = {
  danger: {
    patterns: {
      en: [
        "(i'm|i am|we are|we're) in [big] [great] danger",
        '(he|she|they|somebody|someone|husband|wife|boyfriend|girlfriend|father|dad|mother|mom|brother|boss|teacher) [often] [always] [sometimes] (hit|hits|beat|beats|hurt|hurts|hitting|beating|hurting|is hitting|is hurting) me',
        '(somebody|someone|a man|a woman|a stranger|he|she) (is following|follows|follow|following|is chasing|chasing|chases|threatened|threatens|threaten) me',
        "i (don't|do not|dont) feel safe",
      ],
      ko: [
        `${PERSON_KO}[이|가] [자꾸] [맨날] (저를|나를|날|절) 때[려|렸|리]`,
        '(누가|어떤 사람이|어떤 남자가) [자꾸] [저를|나를|절|날] (따라와|따라오|쫓아와|쫓아오)',
        '협박[을] (당|받)',
        '(저|제가|나|내가) [지금] 위험해',
      ],
    },
    except: {
      en: ['(hit|hits|beat|beats|hurt|hurts) me (at|in|up|with) [the] [a] [chess|tennis|game|games|ball]'],
      ko: [],
    },
    says: "That sounds dangerous, and I'm only a practice partner with written lines: I cannot send help. In Korea, call 112 for the police or 119 for an ambulance. Is there somebody you trust near you?",
  },
  grief: {
    patterns: {
      en: [
        `${MINE} [just] [suddenly] [has] [have] [is] [was] [had] (passed|pass|passes) away`,
        `${MINE} [just] [suddenly] [has] [have] [is] [was] [had] [be] (died|die|dies|dead|gone forever)`,
        `(death|funeral) of ${MINE}`,
        `(i|we) [have] [just] (lost|lose) ${MINE}`,
        '(i|we) [just] (went|go|came|come|was|were|have been) [back] (to|from|at) (a|the|his|her) funeral',
        `(my|our) [dear] [old] (father's|dad's|mother's|mom's|grandfather's|grandpa's|grandmother's|grandma's|brother's|sister's|friend's|uncle's|aunt's) (funeral|death)`,
        '(he|she) (passed|pass) away',
      ],
      ko: [
        '돌아가셨',
        '돌아가셔서',
        '돌아가신',
        '장례식',
        '세상을 떠',
        '세상을 떴',
        '하늘나라',
        '무지개다리',
        `${PERSON_KO}[이|가|도] [어제] [오늘] [작년에] 죽었`,
      ],
    },
    except: {
      en: [
        '(died|die|dies|dead) (in|of|from) (the|a|this|that|our) (game|movie|film|drama|story|book|laughter)',
        '(died|die|dies) (laughing|of laughing|of laughter|of boredom)',
        `(lost|lose) ${MINE} (in|at) (the|a) [big] (market|crowd|station|mall|supermarket|park|airport|game|shop|store)`,
        `(lost|lose) ${MINE} (number|phone|umbrella|bag|book|gift|card|address|food|toy|ball)`,
      ],
      ko: [
        '(집|고향|한국|회사|학교|방)(으로|에|로) (돌아가셨|돌아가셔서|돌아가신)',
        '(게임|영화|드라마)에서 죽었',
      ],
    },
    says: "I'm very sorry for your loss. You don't have to practise anything now. I only have written lines, but you can tell me about it, or we can talk about something else. Which would you like?",
  },
  'bad-news': {
    patterns: {
      en: [
        `${MINE} [is] [are] [was] [got] [get] [be] [has been] [very] [so] [really] [seriously] (sick|ill|dying|in [the] hospital|hospitalized|injured)`,
        `${MINE} (has|have|had|got|get) (cancer|a stroke|an operation|surgery|a heart attack)`,
        '(i|we) (have|had|got|get) cancer',
        '(was|were|got|been) diagnosed with',
        '(i|we) [have] [just] (lost|lose) (my|our|the) job',
        '(i|we) (was|were|got|get|have been) (fired|laid off)',
        '(i|we|he|she|they) [just] (had|have|got in|was in|were in) (an|a|a car) [car] [traffic] accident',
        '(i|we) [just] [have] (broke|break|broken) up',
        '(my|our) (boyfriend|girlfriend|husband|wife) [has] (left|leave|dumped) me',
        '(parents|we|i) (are|am|is|got|get|getting) [getting] (divorced|a divorce)',
        '(i|we) [have] [just] (failed|fail|failing) (my|the|an|a) [english] [math] [driving] [job] (exam|test|interview|class)',
        "(i'm|i am|i feel|i felt|i was|i) [very] [so] [really] [too] (sad|depressed|lonely|heartbroken)",
      ],
      ko: [
        `${PERSON_KO}[이|가|께서] [많이] [너무] [지금] (아파|아프|편찮|입원|다치|다쳤)`,
        '(암|말기)(에 걸|이래|이라고|진단)',
        '(시험|면접)[에] [에서] (떨어졌|떨어져|망했)',
        '불합격',
        '(해고|잘렸)',
        '(교통사고|사고)[가] [를] (났|당했)',
        '헤어졌',
        '이혼했',
        '(너무|정말|많이) (슬퍼|우울|외로)',
      ],
    },
    except: {
      en: [
        `${CANCELLED} [i] (fail|lose|break|have|get) [up] [my] [the] [a] [an]`,
        '(sick|ill) of',
        'not [very] [so] (sick|ill|sad|depressed|lonely)',
      ],
      ko: ['안 (슬퍼|우울|외로)'],
    },
    says: "I'm sorry to hear that. It must be hard. I only have written lines and cannot advise you, but I can listen. Do you want to tell me more, or talk about something else?",
  },
  refusal: {
    patterns: {
      en: [
        "i [really] (don't|dont|do not|didn't|not) (want|wanna|like) [to] (talk|speak|say|tell|answer|discuss|share)",
        "(i'd|i would) rather not",
        "(please|let's|let us) (don't|not) (talk|speak|ask)",
        '(stop asking|no more questions|none of your business)',
        "(can|could|may|shall|let's|please|i want to|i'd like to) [we] [i] [to] (change|switch) (the|this) [topic|subject]",
        '(talk|speak) about (something else|another thing|another topic|other thing|other things|different thing)',
        "(it's|it is|that's|that is|this is) [too] (private|a secret)",
      ],
      ko: [
        '(말|말하|얘기|얘기하|이야기|이야기하|대답|대답하)[고] 싶지 않',
        '(말|말하|얘기|얘기하|이야기|이야기하|대답|대답하)기 싫',
        '(말|얘기|이야기|대답)[은|는] 안 하고 싶',
        '다른 (얘기|이야기|주제)',
        '그만 물어',
        '묻지 마',
      ],
    },
    except: { en: [], ko: [] },
    says: "That's all right. You don't have to talk about it, and I won't ask. What would you like to talk about instead?",
  },
  joy: {
    patterns: {
      en: [
        '(i|we) [have] [just] [finally] (passed|pass) (my|the|an|a) [english] [math] [driving] [final] (exam|test|interview)',
        '(i|we) [have] [just] [finally] (got|get|found|find) (a|the|my) [new] [first] [good] (job|promotion|scholarship)',
        "(i|we|i'm|i am|we are|we're) [just] [have] [will] [got] [get] [getting] (promoted|married|engaged) [yesterday]",
        '(i|we|my wife|my sister|my daughter) [just] [have] [had] [got] (a|our first) [new] baby',
        "(i'm|i am|my wife is|we are|my sister is) pregnant",
        "(i'm|i am|i feel|i was|i) (so|very|really) [very] happy",
        '(i|we) [just] (won|win) (the|a|first|gold) [first] [prize|game|match|contest|competition|medal|lottery]',
      ],
      ko: [
        '합격했',
        '(취직|취업|승진)(했|됐|되었)',
        '(결혼|약혼|임신)(했|하게 됐|해요)',
        '(아기|아이|조카)[가] 태어났',
        '(너무|정말|진짜) (기뻐|기쁘|행복해|신나)',
        '(대회|경기)[에서] (이겼|우승)',
      ],
    },
    except: {
      en: [
        `${CANCELLED} [i] (pass|get|find|win|have) [a] [the] [my]`,
        "(not|don't|isn't|never) [so] [very] [really] happy",
      ],
      ko: ['불합격했', '(안|못) (기뻐|행복해)'],
    },
    says: "That's wonderful news, congratulations! I'm happy for you. How did you feel at that moment?",
  },
}

/** Put in place of an exception, so that the words around it do not run together. */
const REMOVED = ' _ '

const COMPILED = CARE_KINDS.map((kind) => ({
  kind,
  says: RULES[kind].says,
  find: findWithin(RULES[kind].patterns),
  except: findWithin(RULES[kind].except),
}))

/** What a partner without a model answers where its small talk would hurt; nothing for everyday words. */
export function careLineFor(said: string): { kind: CareKind; says: string } | undefined {
  return COMPILED.find(({ find, except }) => find(withoutExceptions(said, except)) !== undefined)
}

function withoutExceptions(text: string, except: ReturnType<typeof findWithin>): string {
  let left = text
  for (let match = except(left); match; match = except(left)) {
    left = left.slice(0, match.start) + REMOVED + left.slice(match.end)
  }
  return left
}
