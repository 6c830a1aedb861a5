import type { Logger } from 'pino'
import { type ServedContent, serveFiles, serveLabel } from '#features/content/index.ts'
import type { Config } from '#platform/config.ts'
import type { Database } from '#platform/db/open-database.ts'
import { NEEDED_PROMPTS, PROMPT_CONTRACTS } from './prompt-contracts.ts'

/** Serves what the configuration says, and from then on follows the files or the label. */
export function serveContent(
  { content: { source, isExplicit }, contentDir: root }: Config,
  { database: { db }, log, pollMs }: { database: Database; log: Logger; pollMs?: number | undefined },
): Promise<ServedContent> {
  const report = {
    changed: (content: object) => log.info({ content }, 'the content that is served has changed'),
    refused: (faults: readonly string[]) =>
      log.error({ faults }, 'the changed content is not served: the last good content goes on'),
    failed: (error: unknown) =>
      log.warn({ err: error }, 'changed content could not be taken up: trying again'),
  }
  const deps = { db, report }
  return source === 'files'
    ? serveFiles(deps, { root, takesOver: isExplicit, contracts: PROMPT_CONTRACTS, pollMs })
    : serveLabel(deps, { label: source, neededPrompts: NEEDED_PROMPTS, pollMs })
}
