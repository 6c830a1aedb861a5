import { sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { Db } from '#platform/db/db.ts'

type Level = 'beginner' | 'intermediate' | 'advanced'

export type CulturalContextRow = {
  contextName: string
  name: unknown
  category: string
  description: unknown
  usageExamples: unknown
  relatedSituations: readonly string[]
  difficultyLevel: Level
  isActive: boolean
  contentVersionId: string
  version: number
}

/** Keeps the id of that name for ever. */
export async function upsertCulturalContext(db: Db, context: CulturalContextRow): Promise<void> {
  const columns = {
    content_version_id: context.contentVersionId,
    name: JSON.stringify(context.name),
    category: context.category,
    description: JSON.stringify(context.description),
    usage_examples: JSON.stringify(context.usageExamples),
    related_situations: JSON.stringify(context.relatedSituations),
    difficulty_level: context.difficultyLevel,
    is_active: context.isActive,
    version: context.version,
  }
  await db
    .insertInto('cultural_contexts')
    .values({ context_id: newId(), context_name: context.contextName, ...columns })
    .onConflict((conflict) =>
      conflict.column('context_name').doUpdateSet({
        ...columns,
        updated_at: sql`now()`,
      }),
    )
    .execute()
}

export type CulturalContext = {
  contextId: string
  contextName: string
  /** By language. */
  name: unknown
  category: string
  description: unknown
  usageExamples: unknown
  relatedSituations: unknown
  difficultyLevel: Level
  version: number
}

export type CulturalContextFilter = {
  category: string | undefined
  level: Level | undefined
  after: string | undefined
  limit: number
}

/** By name. One row more than `limit` when there is more. */
export async function listCulturalContexts(
  db: Db,
  { category, level, after, limit }: CulturalContextFilter,
): Promise<CulturalContext[]> {
  return db
    .selectFrom('cultural_contexts')
    .select([
      'context_id as contextId',
      'context_name as contextName',
      'name',
      'category',
      'description',
      'usage_examples as usageExamples',
      'related_situations as relatedSituations',
      'difficulty_level as difficultyLevel',
      'version',
    ])
    .where('is_active', '=', true)
    .$if(category !== undefined, (query) => query.where('category', '=', category ?? ''))
    .$if(level !== undefined, (query) => query.where('difficulty_level', '=', level ?? 'beginner'))
    .$if(after !== undefined, (query) => query.where('context_name', '>', after ?? ''))
    .orderBy('context_name')
    .limit(limit + 1)
    .execute()
}
