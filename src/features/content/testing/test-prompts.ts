import { GRADER_CONTRACT } from './grade-rubric.ts'
import { LEARNER_CONTRACT } from './model-learner.ts'

/** The prompts that only tests use, and what they are filled with. */
export const CONTENT_TEST_PROMPTS = {
  'rubric-grader': GRADER_CONTRACT,
  'simulated-learner': LEARNER_CONTRACT,
}
