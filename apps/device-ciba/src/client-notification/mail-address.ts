/** One address without a name or a comment; nothing in it ends a line or begins another address (RFC 5321 §4.1.2, narrowed). */
export const MAIL_ADDRESS = /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]{1,255}$/u;
