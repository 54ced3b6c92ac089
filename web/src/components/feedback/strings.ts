/** The words around feedback; what is said of a match comes from the server. */

export const t = {
  title: 'What gave you away',
  advice: 'What to try next',
  computed: (n: number) => `Computed from your ${n} decisions; nothing here is guessed.`,
  failed: 'The feedback could not be read.',
}
