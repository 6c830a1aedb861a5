/** What `remember-facts` is filled with. */
export const FACTS_CONTRACT = {
  authored: ['persona_name'],
  untrusted: ['already_known', 'messages'],
  needs: ['already_known', 'messages'],
  history: false,
} as const
