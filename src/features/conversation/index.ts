export { createReplyBus } from './reply-bus.ts'
export { createReplyRunner, type ReplyRunner } from './reply-runner.ts'
export { conversationRoutes } from './routes.ts'
export { runReply } from './run-reply.ts'
