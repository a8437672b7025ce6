import { createHash } from 'node:crypto';

/** SHA-256 (FIPS 180-4 §6.2) of text whose characters are octets; the constants are made as §4.2.2 and §5.3.3 define them. */
const SHA_256 = `  var K = [];
  var H = [];
  (function () {
    var primes = 0, candidate = 2, i, prime;
    function bits(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
    while (primes < 64) {
      prime = true;
      for (i = 2; i * i <= candidate; i += 1) { if (candidate % i === 0) { prime = false; } }
      if (prime) {
        if (primes < 8) { H[primes] = bits(Math.pow(candidate, 1 / 2)); }
        K[primes] = bits(Math.pow(candidate, 1 / 3));
        primes += 1;
      }
      candidate += 1;
    }
  }());

  function sha256(text) {
    var words = [], length = text.length, hash = H.slice(0), w = [], i, j, a, b, t1, t2, v, hex = '';
    for (i = 0; i < length; i += 1) { words[i >> 2] = (words[i >> 2] || 0) | (text.charCodeAt(i) & 255) << (24 - (i % 4) * 8); }
    words[length >> 2] = (words[length >> 2] || 0) | 128 << (24 - (length % 4) * 8);
    j = ((length + 8) >> 6) * 16 + 15;
    for (i = 0; i < j; i += 1) { words[i] = words[i] || 0; }
    words[j] = length * 8;
    function turn(x, n) { return (x >>> n) | (x << (32 - n)); }
    for (j = 0; j < words.length; j += 16) {
      v = hash.slice(0);
      for (i = 0; i < 64; i += 1) {
        if (i < 16) { w[i] = words[j + i] | 0; }
        else {
          a = w[i - 15];
          b = w[i - 2];
          w[i] = (w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
        }
        t1 = (v[7] + (turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + K[i] + w[i]) | 0;
        t2 = ((turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]))) | 0;
        v = [(t1 + t2) | 0, v[0], v[1], v[2], (v[3] + t1) | 0, v[4], v[5], v[6]];
      }
      for (i = 0; i < 8; i += 1) { hash[i] = (hash[i] + v[i]) | 0; }
    }
    for (i = 0; i < 8; i += 1) { hex += ('00000000' + (hash[i] >>> 0).toString(16)).slice(-8); }
    return hex;
  }`;

/**
 * The script of `check_session_iframe` (Session Management §3.1, §3.3), in the language of old browsers: no modules, no promises of its
 * own, no typed arrays, its own SHA-256, because it also runs where there is no Web Crypto. It answers every message from another page
 * with one word and does nothing else; what it reads is one cookie that says nothing about anybody.
 *
 * `error` is for a message that is none, and for a browser that keeps our cookies from frames of other sites: there nobody can know
 * whether something changed, and a client that is told `changed` would ask us again and again.
 */
function source(cookieName: string): string {
  return `(function () {
  'use strict';
  var NAME = '${cookieName}=';
${SHA_256}

  function browserState() {
    var cookies = document.cookie.split(';'), i, one;
    for (i = 0; i < cookies.length; i += 1) {
      one = cookies[i].replace(/^ +/, '');
      if (one.indexOf(NAME) === 0) { return one.slice(NAME.length); }
    }
    return '';
  }

  function judged(message, origin) {
    var space, state, dot, salt;
    if (typeof message !== 'string' || message.length > 1024 || !/^[\\x20-\\x7E]*$/.test(message + origin)) { return 'error'; }
    space = message.lastIndexOf(' ');
    state = message.slice(space + 1);
    dot = state.lastIndexOf('.');
    salt = state.slice(dot + 1);
    if (space < 1 || dot < 1 || salt === '') { return 'error'; }
    return sha256(message.slice(0, space) + ' ' + origin + ' ' + browserState() + ' ' + salt) + '.' + salt === state ? 'unchanged' : 'changed';
  }

  function answer(event, word) { event.source.postMessage(word, event.origin); }

  function receive(event) {
    var word, asked;
    if (!event.source || event.source === window || !event.origin || event.origin === 'null') { return; }
    word = judged(event.data, event.origin);
    if (word !== 'changed' || browserState() !== '' || typeof document.hasStorageAccess !== 'function') { answer(event, word); return; }
    asked = document.hasStorageAccess();
    asked.then(function (may) { answer(event, may ? 'changed' : 'error'); }, function () { answer(event, 'error'); });
  }

  if (window.addEventListener) { window.addEventListener('message', receive, false); } else { window.attachEvent('onmessage', receive); }
}());`;
}

/** The page of the frame, and the policy that lets it run this one script (CSP 3 §2.3.1). Anybody may frame it: that is what it is for. */
export interface CheckSessionPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/** Writes the page; `cookieName` is the cookie that holds what the browser knows the session by. */
export function checkSessionPage(cookieName: string): CheckSessionPage {
  const script = source(cookieName);
  const hash = createHash('sha256').update(script).digest('base64');
  return {
    html: `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Session</title></head><body><script>${script}</script></body></html>\n`,
    contentSecurityPolicy: `default-src 'none'; script-src 'sha256-${hash}'; base-uri 'none'`,
  };
}
