export { practiceRoutes } from './routes.ts'
export { runTurn } from './run-turn.ts'
export { createTurnBus } from './turn-bus.ts'
export { createTurnRunner, type TurnRunner } from './turn-runner.ts'
