/** What happened and what to do, for everything that ends in an error page. */
export const ENGLISH_ERRORS = {
  /** The request of the application is at fault. */
  application: {
    title: 'This app cannot sign you in',
    what: 'The request that brought you here is not right, so it stopped here. It is nothing you did, and nothing was sent to the app.',
    way: 'Go back to the app and try again. If it happens once more, tell the people who run the app, and give them the details below.',
  },
  interaction: {
    title: 'You cannot go on from here',
    what: 'It may have taken too long, be finished already, or belong to another browser.',
    way: 'Go back to the app you came from and start again.',
  },
  logout: {
    title: 'You cannot be signed out this way',
    what: 'The request that brought you here is not right, so nothing was changed.',
    way: 'You can end your session on your account page.',
  },
  account: {
    title: 'That did not work',
    what: 'Nothing was changed.',
    way: 'Open your account page and try again.',
  },
  forged: {
    title: 'This form is no longer valid',
    what: 'For your safety a form counts only in the browser it was shown in, with cookies switched on. Nothing was changed.',
    way: 'Go back, reload the page and try again.',
  },
  tooMany: {
    title: 'Too many attempts',
    what: 'To protect you and others, this has to wait for a moment.',
    way: 'Wait a minute and try again.',
  },
  missing: {
    title: 'There is no page at this address',
    what: 'The address may be misspelled.',
    way: 'You may be looking for your account page.',
  },
  outage: {
    title: 'We cannot answer right now',
    what: 'A part of the service does not answer. Nothing was changed.',
    way: 'Wait a few seconds and try again.',
  },
  incident: {
    title: 'Something went wrong on our side',
    what: 'It is not your fault. It has been recorded.',
    way: 'Try again in a while. If it happens once more, tell us the request number below.',
  },
  tryAgain: 'Try again',
  accountPage: 'Go to your account',
  forDevelopers: 'For developers',
  details: {
    reason: 'Reason',
    error: 'Error',
    description: 'What is wrong',
    expected: 'What was expected',
    requestId: 'Request number',
  },
};
