export { FACTS_CONTRACT, type FindFactsInput, findFacts } from './find-facts.ts'
export { eraseFactsOf, listKnownFacts } from './keep-facts.ts'
export { learnerFactRoutes } from './routes.ts'
export { createSensitiveFilter, type FactRules } from './sensitive.ts'
