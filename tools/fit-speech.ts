/**
 * Fits the models of `src/engines/speech/calibration.ts` to what `measure-speech.ts` wrote and prints them, with their
 * figures on the speakers that were left out:
 *   node tools/fit-speech.ts MEASURED.jsonl…
 */
import { readFileSync } from 'node:fs'
import { type LinearModel, predict, predictProbability } from '#engines/speech/linear-model.ts'

type Features = Record<string, number>
type Word = { status: string; features?: Features; phones?: { features: Features }[] }
type Label = { accuracyMean: number; phoneScores: (number | null)[] }
type Measured = {
  id: string
  speaker: string
  experts: Record<string, number[]>
  labels: Label[]
  right: { utterance: Features | null; words: Word[] }
  wrong: { utterance: Features | null; words: Word[] }
  present: { index: number | null; utterance: Features | null }
  absent: { index: number | null; utterance: Features | null }
}
type Sample = { features: Features; target: number }

const HELD_OUT_EVERY = 5
const RIDGE = 10
const GOODNESS = ['goodnessMean', 'goodnessDeviation', 'marginMean', 'shortShare', 'coverage']
const SENTENCE = [
  'goodnessMean',
  'marginMean',
  'shortShare',
  'coverage',
  'logRate',
  'pauseShare',
  'pausesPerPhone',
  'longShare',
  'durationDeviation',
  'pitchDeviation',
]
const WORD = ['goodnessMean', 'goodnessLeast', 'marginMean', 'logDuration', 'shortShare']
const PHONE = ['goodness', 'margin', 'logDuration', 'isShort', 'isRivalled']

const measured: Measured[] = process.argv
  .slice(2)
  .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line))
const speakers = [...new Set(measured.map(({ speaker }) => speaker))].sort()
const isHeldOut = ({ speaker }: Measured) => speakers.indexOf(speaker) % HELD_OUT_EVERY === HELD_OUT_EVERY - 1
const train = measured.filter((one) => !isHeldOut(one))
const test = measured.filter(isHeldOut)
console.log(`${train.length} recordings to fit, ${test.length} of other speakers to check`)

for (const name of ['accuracy', 'fluency', 'prosody', 'overall']) {
  const samples = (from: Measured[]) =>
    from.flatMap(({ right, experts }) =>
      right.utterance ? [{ features: right.utterance, target: 10 * mean(experts[name] ?? []) }] : [],
    )
  reportLinear(name, fitLinear(samples(train), SENTENCE), samples(test))
}

const words = (from: Measured[]) =>
  from.flatMap(({ right, labels }) =>
    right.words.flatMap(({ features }, at) =>
      features ? [{ features, target: 10 * (labels[at]?.accuracyMean ?? 0) }] : [],
    ),
  )
const wordModel = fitLinear(words(train), WORD)
reportLinear('word', wordModel, words(test))
for (const below of [40, 50, 55, 60, 65, 70, 75]) {
  const flagged = words(test).filter(({ features }) => predict(wordModel, features) < below)
  const bad = words(test).filter(({ target }) => target < 65)
  const hits = flagged.filter(({ target }) => target < 65)
  console.log(
    `  words below ${below}: ${percent(flagged.length / words(test).length)} of all; of them the experts give under 6.5 to ${percent(hits.length / flagged.length)}, which is ${percent(hits.length / bad.length)} of such words`,
  )
}

const phones = (from: Measured[]) =>
  from.flatMap(({ right, labels }) =>
    right.words.flatMap((word, at) => {
      const scores = labels[at]?.phoneScores ?? []
      if (word.phones?.length !== scores.length) return []
      return word.phones.flatMap(({ features }, phone) => {
        const score = scores[phone]
        return score === null || score === undefined ? [] : [{ features, target: 50 * score }]
      })
    }),
  )
reportLinear('phone', fitLinear(phones(train), PHONE), phones(test))
for (const margin of [2, 3, 4, 5, 6]) {
  const rivalled = phones(measured).filter(
    ({ features }) => features.isRivalled === 1 && (features.margin ?? 0) <= -margin,
  )
  const wrong = rivalled.filter(({ target }) => target < 50)
  console.log(
    `  rival better by ${margin}: ${rivalled.length} phones, ${percent(wrong.length / rivalled.length)} under 1 of 2`,
  )
}

const ofUtterance = (utterance: Features | null, target: number) =>
  utterance ? [{ features: utterance, target }] : []
const texts = (from: Measured[]) =>
  from.flatMap(({ right, wrong }) => [...ofUtterance(right.utterance, 1), ...ofUtterance(wrong.utterance, 0)])
const textModel = fitLogistic(texts(train), [...GOODNESS, 'omittedShare'])
reportLogistic('text spoken', textModel, texts(test))

const candidates = (from: Measured[]) =>
  from.flatMap(({ present, absent }) => [
    ...(present.index === 0 ? ofUtterance(present.utterance, 1) : []),
    ...ofUtterance(absent.utterance, 0),
  ])
const candidateModel = fitLogistic(candidates(train), GOODNESS)
reportLogistic('candidate spoken', candidateModel, candidates(test))
for (const threshold of [0.3, 0.4, 0.5, 0.6, 0.7, 0.8]) {
  const claims = (from: Measured[], pick: (one: Measured) => Measured['present'], index?: number) =>
    from.filter((one) => {
      const { utterance, index: found } = pick(one)
      const isClaimed = utterance !== null && predictProbability(candidateModel, utterance) >= threshold
      return isClaimed && (index === undefined || found === index)
    }).length / from.length
  console.log(
    `  threshold ${threshold}: right of 8 ${percent(claims(test, (one) => one.present, 0))}, claimed though wrong ${percent(claims(test, (one) => one.present) - claims(test, (one) => one.present, 0))}, claimed though absent ${percent(claims(test, (one) => one.absent))}`,
  )
}

const spokenWords = (from: Measured[]) =>
  from.flatMap(({ right, wrong }) => [
    ...right.words.flatMap(({ features }) => (features ? [{ features, target: 1 }] : [])),
    ...wrong.words.flatMap(({ features }) => (features ? [{ features, target: 0 }] : [])),
  ])
reportLogistic('word spoken', fitLogistic(spokenWords(train), WORD), spokenWords(test))

/**
 * Ridge regression on standardised features; the weights are given for the features as they are. The predictions are
 * then stretched around their mean to the spread of the experts' scores, which least squares would shrink towards it.
 */
function fitLinear(samples: readonly Sample[], names: readonly string[]): LinearModel {
  const { bias, weights } = solveWeighted(samples, names, {
    weight: () => 1,
    response: ({ target }) => target,
  })
  const predicted = samples.map(({ features }) => predict({ bias, weights }, features))
  const stretch = deviation(samples.map(({ target }) => target)) / deviation(predicted)
  const stretched = Object.entries(weights).map(([name, value]) => [name, value * stretch])
  return { bias: bias * stretch + mean(predicted) * (1 - stretch), weights: Object.fromEntries(stretched) }
}

/** Iteratively reweighted least squares, each step of which is a weighted ridge regression. */
function fitLogistic(samples: readonly Sample[], names: readonly string[]): LinearModel {
  let model: LinearModel = { bias: 0, weights: {} }
  for (let step = 0; step < 25; step += 1) {
    const current = model
    const variance = ({ features }: Sample) => {
      const probability = predictProbability(current, features)
      return Math.max(1e-4, probability * (1 - probability))
    }
    model = solveWeighted(samples, names, {
      weight: variance,
      response: (sample) =>
        predict(current, sample.features) +
        (sample.target - predictProbability(current, sample.features)) / variance(sample),
    })
  }
  return model
}

type Weighting = { weight: (sample: Sample) => number; response: (sample: Sample) => number }

function solveWeighted(
  samples: readonly Sample[],
  names: readonly string[],
  { weight, response }: Weighting,
): LinearModel {
  const centres = names.map((name) => mean(samples.map(({ features }) => features[name] ?? 0)))
  const scales = names.map((name, at) => {
    const squares = samples.map(({ features }) => ((features[name] ?? 0) - (centres[at] ?? 0)) ** 2)
    return Math.sqrt(mean(squares)) || 1
  })
  const size = names.length + 1
  const matrix = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0))
  for (const sample of samples) {
    const row = [
      ...names.map((name, at) => ((sample.features[name] ?? 0) - (centres[at] ?? 0)) / (scales[at] ?? 1)),
      1,
    ]
    const factor = weight(sample)
    const wanted = response(sample)
    for (const [i, left] of row.entries()) {
      for (const [j, right] of [...row, wanted].entries()) add(matrix, i, j, factor * left * right)
    }
  }
  const ridge = samples.every(({ target }) => target === 0 || target === 1) ? 1 : RIDGE
  for (let at = 0; at < names.length; at += 1) add(matrix, at, at, ridge)
  const solution = eliminate(matrix)
  const weights = names.map((name, at) => [name, (solution[at] ?? 0) / (scales[at] ?? 1)] as const)
  const shift = weights.reduce((sum, [, value], at) => sum + value * (centres[at] ?? 0), 0)
  return { bias: (solution[names.length] ?? 0) - shift, weights: Object.fromEntries(weights) }
}

function add(matrix: number[][], i: number, j: number, value: number): void {
  const row = matrix[i]
  if (row) row[j] = (row[j] ?? 0) + value
}

/** Gauss and Jordan; the matrix is positive definite, so no pivot vanishes. */
function eliminate(matrix: number[][]): number[] {
  for (const [at, pivotRow] of matrix.entries()) {
    const pivot = pivotRow[at] ?? 1
    const unit = pivotRow.map((value) => value / pivot)
    for (const [other, row] of matrix.entries()) {
      const factor = row[at] ?? 0
      matrix[other] = other === at ? unit : row.map((value, column) => value - factor * (unit[column] ?? 0))
    }
  }
  return matrix.map((row) => row.at(-1) ?? 0)
}

function reportLinear(name: string, model: LinearModel, samples: readonly Sample[]): void {
  const predicted = samples.map(({ features }) => Math.min(100, Math.max(0, predict(model, features))))
  const targets = samples.map(({ target }) => target)
  const figures = `Pearson ${pearson(predicted, targets).toFixed(3)}, Spearman ${pearson(ranks(predicted), ranks(targets)).toFixed(3)}`
  console.log(`\n${name}: ${samples.length} held out, ${figures}\n${show(model)}`)
}

function reportLogistic(name: string, model: LinearModel, samples: readonly Sample[]): void {
  const of = (target: number) =>
    samples
      .filter((sample) => sample.target === target)
      .map(({ features }) => predictProbability(model, features))
      .sort((one, other) => one - other)
  const [yes, no] = [of(1), of(0)]
  const wins = yes.reduce((sum, one) => sum + no.filter((other) => other < one).length, 0)
  const quantiles = (values: number[]) =>
    [0.01, 0.02, 0.05, 0.1, 0.5, 0.9, 0.95].map((share) =>
      values[Math.floor(share * (values.length - 1))]?.toFixed(2),
    )
  console.log(`\n${name}: AUC ${(wins / (yes.length * no.length)).toFixed(4)}\n${show(model)}`)
  console.log(`  1, 2, 5, 10, 50, 90, 95 %: yes ${quantiles(yes).join(' ')} | no ${quantiles(no).join(' ')}`)
}

function show({ bias, weights }: LinearModel): string {
  const round = (value: number) => Number(value.toPrecision(4))
  const lines = Object.entries(weights).map(([name, value]) => `      ${name}: ${round(value)},`)
  return [`    bias: ${round(bias)},`, '    weights: {', ...lines, '    },'].join('\n')
}

function pearson(xs: readonly number[], ys: readonly number[]): number {
  const [mx, my] = [mean(xs), mean(ys)]
  const sum = (value: (at: number) => number) => xs.reduce((total, _, at) => total + value(at), 0)
  const dx = (at: number) => (xs[at] ?? 0) - mx
  const dy = (at: number) => (ys[at] ?? 0) - my
  return sum((at) => dx(at) * dy(at)) / Math.sqrt(sum((at) => dx(at) ** 2) * sum((at) => dy(at) ** 2))
}

/** Equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  const sorted = [...values].sort((one, other) => one - other)
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

function deviation(values: readonly number[]): number {
  const centre = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
