/** Map of profane words to a rating of sureness. */
export const cuss = {
  muppet: 2,
  'trash can': 1,
  welcome: 0
}
