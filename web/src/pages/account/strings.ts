/** The words of this page. */

export const t = {
  register: 'Register',
  registerGuest: 'You play as a guest. With an account you keep your matches and what the AI has learnt of you.',
  registerNew: 'With an account you find your matches again on every device.',
  logIn: 'Log in',
  logInGuest: 'What you have played as a guest stays with the guest. To keep it, register.',
  logInAbout: 'Welcome back.',
  console: 'Calls to language models in your name',
  logOut: 'Log out',
  email: 'Email',
  role: 'Role',
  roles: { player: 'Player', researcher: 'Researcher', admin: 'Administrator' },
  fields: { email: 'Email', username: 'Username', 'new-password': 'Password', 'current-password': 'Password' },
}
