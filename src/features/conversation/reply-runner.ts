import { createLeaseRunner, type LeaseRunner, type LeaseRunnerDeps } from '#platform/lease-runner.ts'
import { replyDelayed } from './errors.ts'
import { type ClaimedReply, replyLeases } from './lease-queries.ts'
import type { MessageKey } from './message-queries.ts'

export type ReplyRunner = LeaseRunner<MessageKey, ClaimedReply>

/** Works on the replies of this process. They only wait for a model: their number keeps memory and connections in bounds. */
export const createReplyRunner = (
  deps: Omit<LeaseRunnerDeps<MessageKey, ClaimedReply>, 'leases' | 'idOf' | 'delayed'>,
): ReplyRunner =>
  createLeaseRunner({
    ...deps,
    leases: replyLeases,
    idOf: ({ messageId }) => messageId,
    delayed: replyDelayed,
  })
