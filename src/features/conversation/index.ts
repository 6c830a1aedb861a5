export { makeReply } from './make-reply.ts'
export { createReplyBus } from './reply-bus.ts'
export { createReplyRunner, type ReplyRunner } from './reply-runner.ts'
export { conversationRoutes } from './routes.ts'
