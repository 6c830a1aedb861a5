import { type Expression, type ExpressionBuilder, expressionBuilder, type SqlBool } from 'kysely'
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres'
import type { ReadBudget } from '#engines/llm/turn-calls.ts'
import { compiledOnce } from '#platform/db/compiled-once.ts'
import type { Db } from '#platform/db/db.ts'
import type { DB } from '#platform/db/schema.ts'
import type { ConversationKey } from './conversation-queries.ts'
import type { Gathered, TalkSettings } from './gather.ts'

type Builder = ExpressionBuilder<DB, never>

/** Whose budgets, and of which day. */
type BudgetsOf = { appId: string; userId: string; on: string }

/** What is asked of a learner along with our own questions; whose tables these are builds the query. */
export type LearnerQueries = {
  /** Whether the holder of the key may act for the learner. */
  mayAct: (builder: Builder, by: { apiKeyId: string; userId: string }) => Expression<SqlBool>
  talkSettings: (builder: Builder, userId: string) => Expression<TalkSettings>
  /** Newest first. */
  factTexts: (builder: Builder, userId: string) => Expression<{ text: string }>
  budgets: (builder: Builder, of: BudgetsOf) => Expression<ReadBudget>
}

type GatheredQueries = Pick<LearnerQueries, 'talkSettings' | 'factTexts'>

/** Many more than the history's characters hold; what is older is in the summary, or was never summed up. */
const MAX_MESSAGES = 200

/** What a reply is made from, as columns of any statement. */
export function gatheredColumns({ talkSettings, factTexts }: GatheredQueries, key: ConversationKey) {
  const builder = expressionBuilder<DB, never>()
  return [
    jsonObjectFrom(talkSettings(builder, key.userId)).as('settings'),
    jsonArrayFrom(factTexts(builder, key.userId)).as('facts'),
    jsonArrayFrom(unsummedMessages(builder, key)).as('newestFirst'),
  ] as const
}

/** What the call for the reply is asked about first. */
export const budgetsColumn = ({ budgets }: Pick<LearnerQueries, 'budgets'>, of: BudgetsOf) =>
  jsonArrayFrom(budgets(expressionBuilder<DB, never>(), of)).as('budgets')

const unsummedMessages = (builder: Builder, { userId, conversationId }: ConversationKey) =>
  builder
    .selectFrom('messages as m')
    .select(['m.message_number as messageNumber', 'm.role', 'm.content', 'm.status', 'm.scripted'])
    .where('m.user_id', '=', userId)
    .where('m.conversation_id', '=', conversationId)
    .where('m.message_number', '>', (query) =>
      query
        .selectFrom('conversations as c')
        .select('c.summary_through')
        .where('c.user_id', '=', userId)
        .where('c.id', '=', conversationId),
    )
    .orderBy('m.message_number', 'desc')
    .limit(MAX_MESSAGES)

type GatheredRow = {
  settings: TalkSettings | null
  facts: { text: string }[]
  newestFirst: Gathered['messages']
}

export const toGathered = ({ settings, facts, newestFirst }: GatheredRow): Gathered => ({
  settings,
  facts: facts.map(({ text }) => text),
  messages: newestFirst.toReversed(),
})

/** By itself. */
export function createGather(learner: GatheredQueries): (db: Db, key: ConversationKey) => Promise<Gathered> {
  const ask = compiledOnce((statement, key: ConversationKey) =>
    statement.selectNoFrom(gatheredColumns(learner, key)),
  )
  return async (db, { userId, conversationId }) => {
    const [row] = await ask(db, { userId, conversationId })
    return toGathered(row ?? { settings: null, facts: [], newestFirst: [] })
  }
}
