/** What happened and what to do, for everything that ends in an error page. */
export const ENGLISH_ERRORS = {
  /** The request of the application is at fault. */
  application: {
    title: 'This app cannot sign you in',
    what: 'The request that brought you here is not right, so it stopped here. It is nothing you did, and nothing was sent to the app.',
    way: 'Go back to the app and try again. If it happens once more, tell the people who run the app, and give them the details below.',
  },
  /** A second click, or the way back in the history: the first answer counted. */
  ended: {
    title: 'This is done already',
    what: 'You finished here before, and it counted. A second click, another tab or the way back in your browser leads to this page.',
    way: 'Go back to the app you came from. If it does not know you yet, start there again.',
  },
  otherBrowser: {
    title: 'This was started in another browser',
    what: 'What began in one browser can be finished only there. Or the cookies of this browser were deleted meanwhile.',
    way: 'Go back to the app you came from, and start again in this browser.',
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
    way: 'Try again on a fresh page. If you come here once more, go back to the app you came from and start there.',
  },
  tooMany: {
    title: 'Too many requests',
    what: 'Very much came from your network within a minute, so this has to wait for a moment.',
    way: 'Wait a minute, then go back and try again.',
  },
  missing: {
    title: 'There is no page at this address',
    what: 'The address may be misspelled.',
    way: 'You may be looking for your account page.',
  },
  outage: {
    title: 'We cannot answer right now',
    what: 'A part of the service did not answer in time. We do not know whether your last step was completed.',
    way: 'Wait a few seconds and try again. If you wanted to change something, look first whether it was done.',
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
