import { html, type Content, type Html } from './html.js';
import { STYLE_PATH } from './stylesheet.js';

/** A page: title, a way home, and its content. */
export function page({ title, issuer, content }: { readonly title: string; readonly issuer: string; readonly content: Content }): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Tessera playground</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="brand" href="/"><span class="mark" aria-hidden="true"></span>Tessera <span class="light">playground</span></a>
<p class="where">Provider <a href="${issuer}/.well-known/openid-configuration">${issuer}</a></p>
</header>
<main id="content">${content}</main>
<footer>
<p>This app is a stranger to the provider: it lives on another origin and speaks through <span class="code">openid-client</span>, an independent library. It shows secrets, because everything here is made up. A real app never does.</p>
</footer>
</body>
</html>
`;
}
