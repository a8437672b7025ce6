/** What a scope of the provider allows (OIDC Core §5.4, §11), as the end of "the app may". */
export const ENGLISH_SCOPES: Readonly<Record<string, { readonly title: string; readonly detail: string }>> = {
  openid: { title: 'Know who you are', detail: 'That it is you again, and when you signed in' },
  profile: { title: 'See your profile', detail: 'Name, picture, birthday, language and the like' },
  email: { title: 'See your email address', detail: 'And whether it is confirmed' },
  address: { title: 'See your postal address', detail: 'Street, town, country' },
  phone: { title: 'See your phone number', detail: 'And whether it is confirmed' },
  offline_access: { title: 'Keep access when you are away', detail: 'Until you end it on your account page' },
};

/** Claims that may be asked for one by one (OIDC Core §5.1, §5.5), as people call them. */
export const ENGLISH_CLAIMS: Readonly<Record<string, string>> = {
  name: 'full name',
  given_name: 'given name',
  family_name: 'family name',
  middle_name: 'middle name',
  nickname: 'nickname',
  preferred_username: 'user name',
  profile: 'profile page',
  picture: 'picture',
  website: 'web site',
  email: 'email address',
  email_verified: 'whether the email address is confirmed',
  gender: 'gender',
  birthdate: 'birthday',
  zoneinfo: 'time zone',
  locale: 'language',
  phone_number: 'phone number',
  phone_number_verified: 'whether the phone number is confirmed',
  address: 'postal address',
  updated_at: 'when your profile was last changed',
};
