/** What people read who connect a device, in English. */
export const ENGLISH_DEVICE = {
  title: 'Connect a device',
  lead: 'Enter the code that your device shows.',
  filledIn: 'Go on if your device shows exactly this code.',
  code: 'Code on your device',
  hint: 'Eight letters. Capitals, spaces and dashes make no difference.',
  submit: 'Continue',
  problemTitle: 'That did not work yet',
  problems: {
    missing: 'Enter the code that your device shows.',
    unknown: 'No device waits with this code. Check each letter. A code ends after ten minutes: then have your device show a new one.',
    too_many: (wait: string) => `There were too many wrong codes. You can try again in ${wait}.`,
  },
  consent: {
    title: (client: string) => `Connect ${client}?`,
    compare: 'Your device has to show exactly this code:',
    started: 'Go on only if you started this yourself, on a device that you can see now.',
    from: 'Asked from',
    fromHere: (address: string) => `${address}, the same network address as this browser`,
    fromElsewhere: (address: string) => `${address}, not the network address of this browser`,
    unknownAddress: 'an unknown address',
    when: 'Asked',
    justNow: 'just now',
    minutesAgo: (minutes: number) => (minutes === 1 ? 'one minute ago' : `${minutes} minutes ago`),
    ends: (minutes: number) => `The code ends in about ${minutes === 1 ? 'one minute' : `${minutes} minutes`}.`,
    endsSoon: 'The code ends soon.',
    another: 'If it has ended, have your device show a new code, and',
    enterAnother: 'enter that one',
    allow: 'Connect',
    deny: 'Do not connect',
    notYou: 'Use another account',
  },
  outcomes: {
    approved: {
      title: 'Your device is connected',
      what: (client: string) => `${client} has what you allowed and goes on by itself within a few seconds. Look at your device; you can close this page.`,
    },
    denied: {
      title: 'Your device is not connected',
      what: (client: string) => `${client} got nothing, and your device says so in a few seconds.`,
    },
    approved_before: {
      title: 'This device is connected already',
      what: (client: string) => `Somebody allowed ${client} with this code before. If that was not you, somebody else has the device or its code.`,
    },
    denied_before: {
      title: 'This device was turned down already',
      what: (client: string) => `Somebody turned ${client} down with this code. To try again, have your device show a new one.`,
    },
    expired: {
      title: 'The code has ended',
      what: (client: string) => `Nothing was allowed. Start again on your device: ${client} shows a new code there.`,
    },
  },
  thisApp: 'the app',
  enterAnother: 'Enter another code',
  account: 'See what has access to your account',
};
