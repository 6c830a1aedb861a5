/** What `rubric-grader` is filled with. The text is data: one that asks for a good grade is graded like any other. */
export const GRADER_CONTRACT = {
  authored: ['rubric'],
  untrusted: ['text'],
  needs: ['rubric', 'text'],
  history: false,
  isForTests: true,
} as const

/** What `simulated-learner` is filled with. */
export const LEARNER_CONTRACT = {
  authored: ['instructions', 'cefr_level', 'first_language', 'habits', 'task'],
  untrusted: [],
  needs: ['instructions', 'cefr_level', 'task'],
  history: true,
  isForTests: true,
} as const

/** The prompts that only tests use, and what they are filled with. */
export const CONTENT_TEST_PROMPTS = {
  'rubric-grader': GRADER_CONTRACT,
  'simulated-learner': LEARNER_CONTRACT,
}
