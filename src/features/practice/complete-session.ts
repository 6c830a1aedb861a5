import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { hashRequest } from '#platform/http/request-hash.ts'
import { idempotencyKeyReused, sessionNotFound, turnInProgress } from './errors.ts'
import { metGoalsOf } from './met-goals.ts'
import { findWords } from './plain-words.ts'
import { scoreSession } from './score-session.ts'
import {
  type HighlightedMistake,
  highestHintLevel,
  interactionWith,
  type Session,
  type Suggestion,
} from './session.ts'
import {
  appendAiInteraction,
  completeSessionRow,
  findSession,
  lockSession,
  type SessionKey,
} from './session-queries.ts'
import type { TurnView } from './turn.ts'
import { listTurns } from './turn-queries.ts'
import type { Variation } from './variation.ts'

const MAX_SUGGESTIONS = 3

export type CompleteSessionDeps = {
  db: RootDb
  now: () => Date
  variationOf: (versionId: string) => Promise<Variation>
}

export type Ratings = { difficultyRating?: number | undefined; satisfactionRating?: number | undefined }
type CompleteRequest = SessionKey & { ratings: Ratings; idempotencyKey: string | undefined }

/**
 * Ends the session and sums it up. Completing it again answers with what was stored the first time. An `Idempotency-Key`
 * stays with its request: it is refused with other ratings.
 */
export async function completeSession(
  { db, now, variationOf }: CompleteSessionDeps,
  request: CompleteRequest,
): Promise<{ session: Session; isReplay: boolean }> {
  const { ratings, idempotencyKey: _, ...key } = request
  const found = await findSession(db, key)
  if (!found) throw sessionNotFound()
  const variation = await variationOf(found.variationVersionId)
  return withTransaction(db, async (tx) => {
    const session = await lockSession(tx, key)
    if (!session) throw sessionNotFound()
    const isReplay = await keepKey(tx, { session, request: { ...request, at: now().toISOString() } })
    if (session.status === 'completed') return { session, isReplay }
    const turns = await listTurns(tx, key)
    if (turns.some(({ endedAt }) => endedAt === null)) throw turnInProgress()
    const heard = turns.filter(({ stage }) => stage === 'completed')
    const metGoals = metGoalsOf(heard)
    await completeSessionRow(tx, {
      ...key,
      endedAt: now(),
      scores: scoreSession(heard, { highestHintLevel: highestHintLevel(session) }),
      userResponses: heard.map(presentResponse),
      feedback: { basis: 'heuristic', goalsMet: [...metGoals] },
      suggestions: suggest(variation, { heard, metGoals }),
      mistakes: collectMistakes(heard),
      ...ratings,
      difficultyRating: ratings.difficultyRating,
      satisfactionRating: ratings.satisfactionRating,
    })
    const completed = await findSession(tx, key)
    if (!completed) throw sessionNotFound()
    return { session: completed, isReplay: false }
  })
}

/** Keeps the key with the ratings it came with. Returns whether it was kept before. */
async function keepKey(
  tx: Db,
  { session, request }: { session: Session; request: CompleteRequest & { at: string } },
): Promise<boolean> {
  const { ratings, idempotencyKey, at, ...key } = request
  if (idempotencyKey === undefined) return false
  const requestHash = hashRatings(ratings)
  const earlier = interactionWith(session, { kind: 'completion', idempotencyKey })
  if (earlier && earlier.requestHash !== requestHash) throw idempotencyKeyReused()
  if (earlier) return true
  await appendAiInteraction(tx, {
    ...key,
    interaction: { kind: 'completion', idempotencyKey, requestHash, at },
  })
  return false
}

const hashRatings = ({ difficultyRating, satisfactionRating }: Ratings) =>
  hashRequest({
    difficultyRating: difficultyRating?.toString(),
    satisfactionRating: satisfactionRating?.toString(),
  })

const presentResponse = ({ turnNumber, turnId, transcript, assessment }: TurnView) => ({
  turnNumber,
  turnId,
  text: transcript?.text ?? null,
  overall: assessment?.detail?.scores.overall ?? null,
})

/** What the author wrote down, then what the judge found beside it. */
const collectMistakes = (turns: TurnView[]): HighlightedMistake[] =>
  turns.flatMap(({ turnNumber, feedback, judgement }) => [
    ...(feedback?.mistakes ?? []).map((mistake) => ({ turnNumber, ...mistake })),
    ...(judgement?.corrections ?? []).map(({ from, to, ...rest }) => ({
      turnNumber,
      said: from,
      correction: to,
      ...rest,
    })),
  ])

/** Open goals first (they were not practised at all), then words to mend, and words of the scene that were not used. */
function suggest(
  variation: Variation,
  { heard, metGoals }: { heard: TurnView[]; metGoals: Set<string> },
): Suggestion[] {
  const { goals } = variation
  const open = goals
    .filter(({ id }) => !metGoals.has(id))
    .map(({ description }): Suggestion => ({ kind: 'goal', text: description }))
  const wording = heard.flatMap(({ feedback }): Suggestion[] =>
    feedback?.betterWording ? [{ kind: 'wording', text: feedback.betterWording }] : [],
  )
  const words = heard
    .flatMap(({ feedback }) => feedback?.words ?? [])
    .sort((a, b) => a.score - b.score)
    .map(({ word }): Suggestion => ({ kind: 'pronunciation', text: word }))
  const corrections = heard
    .flatMap(({ judgement }) => judgement?.corrections ?? [])
    .map(({ from, to }): Suggestion => ({ kind: 'correction', text: `${from} → ${to}` }))
  const all = [...open, ...corrections, ...wording, ...words, ...unusedWords(variation, heard)]
  const byText = new Map(all.map((suggestion) => [suggestion.text, suggestion]))
  return [...byText.values()].slice(0, MAX_SUGGESTIONS)
}

function unusedWords({ vocabulary_support }: Variation, heard: TurnView[]): Suggestion[] {
  const said = heard.map(({ transcript }) => transcript?.text ?? '')
  return vocabulary_support
    .filter(({ word }) => !said.some((text) => findWords(text, word)))
    .map(({ word }) => ({ kind: 'vocabulary', text: word }))
}
