/** RFC 6749 §2.3.1: id and secret form-encoded, then Base64. */
export function basicAuthorization({ client_id: id, client_secret: secret }) {
  const basic = [id, secret].map((text) => encodeURIComponent(text).replaceAll('%20', '+')).join(':');
  return `Basic ${Buffer.from(basic).toString('base64')}`;
}
