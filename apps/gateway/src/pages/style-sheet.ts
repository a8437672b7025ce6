import { createHash } from 'node:crypto';

/** Minutes after which something may show up on a page by itself. */
export const REVEAL_MINUTES_MAX = 8;

/**
 * What shows up after some minutes, without a script: nobody loses a page that a reload would take what they ticked from. Who wants
 * less motion gets it all the same, because nothing moves.
 */
const REVEALS = Array.from({ length: REVEAL_MINUTES_MAX }, (_, index) => `.after-${index + 1}{visibility:hidden;animation:reveal 0s ${(index + 1) * 60}s forwards!important}`).join('');

/**
 * The style of every page. System fonts, two colour schemes, from 320 CSS pixels up; text and controls have at least the contrast
 * of WCAG 2.2 AA (4.5:1 for text, 3:1 for the edges of controls).
 */
export const STYLE_SHEET = `:root{color-scheme:light dark;
--ground:#f3f4f9;--glow:#e3e7fb;--card:#fff;--ink:#171a23;--soft:#535b6c;--line:#dfe2ea;--edge:#7b8497;--accent:#3148c8;--accent-ink:#fff;--accent-strong:#24369b;--wash:#eef0fd;--bad:#ab1f1f;--bad-wash:#fdf0ef;--bad-line:#e9b8b4;--good:#17653b;--good-wash:#ecf7f0;--good-line:#add8bd;--shade:0 1px 2px rgb(23 26 35/.06),0 12px 32px rgb(23 26 35/.09)}
@media (prefers-color-scheme:dark){:root{--ground:#0f1117;--glow:#1b2044;--card:#181b23;--ink:#eceef4;--soft:#a5adbd;--line:#2c313d;--edge:#767f92;--accent:#99a8ff;--accent-ink:#0e1330;--accent-strong:#bcc6ff;--wash:#20253f;--bad:#ffa39b;--bad-wash:#2d1819;--bad-line:#6a3232;--good:#8fd7aa;--good-wash:#14271c;--good-line:#2d5a3e;--shade:0 0 0 1px #2c313d,0 16px 40px rgb(0 0 0/.45)}}
*,*::before,*::after{box-sizing:border-box}
html{font:100%/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100svh;display:flex;flex-direction:column;align-items:center;gap:1.5rem;padding:clamp(1rem,5vw,3.5rem) 1rem 1.5rem;color:var(--ink);background:radial-gradient(60rem 26rem at 50% -8rem,var(--glow),transparent) no-repeat,var(--ground);overflow-wrap:anywhere}
.brand{display:flex;align-items:center;gap:.55rem;font-weight:650;letter-spacing:.01em;font-size:1.125rem}
.mark{width:1.625rem;height:1.625rem}.mark .a{fill:var(--accent)}.mark .b{fill:var(--accent);opacity:.5}
footer{margin-top:auto;color:var(--soft);font-size:.875rem;text-align:center}
main.card{width:100%;max-width:27rem}
main.wide{width:100%;max-width:46rem;display:grid;gap:1.25rem}
.card{background:var(--card);border-radius:1.125rem;box-shadow:var(--shade);padding:clamp(1.25rem,6vw,2.25rem)}
h1{font-size:1.5rem;line-height:1.25;letter-spacing:-.012em;font-weight:680;margin:0 0 .75rem;text-wrap:balance}
h2{font-size:1.0625rem;line-height:1.35;font-weight:650;margin:1.5rem 0 .5rem}
section.card h2{margin:0 0 1rem}
.card>:last-child,.card>section:last-child>:last-child,.card>form:last-child>:last-child{margin-bottom:0}
p{margin:0 0 1rem}
a{color:var(--accent);text-underline-offset:.18em}
a:hover{color:var(--accent-strong)}
strong{font-weight:620}
code{font:.9375em ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.lead,.host,.hint,.small,.intro{color:var(--soft)}
.small,.hint,.host{font-size:.9375rem}
.host{display:block}
.aside{position:absolute;width:1px;height:1px;padding:0;margin:-1px;border:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
p>.aside:first-child{position:static;width:auto;height:auto;margin:0;clip-path:none;color:var(--soft);font-size:.9375rem}
.client,.person{display:flex;align-items:center;gap:.75rem;line-height:1.35}
.client{margin-bottom:1.5rem;padding:.75rem;border:1px solid var(--line);border-radius:.875rem;background:var(--wash)}
.client .intro{display:block;font-size:.875rem}
.who{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem .75rem}div.who{margin-bottom:1rem}
.pair{display:flex;justify-content:center;margin:0 0 1rem}.pair .monogram{width:3.5rem;height:3.5rem;font-size:1.5rem;border-radius:1rem}.pair+h1{text-align:center}.pair~.who{justify-content:center}.pair~.from{text-align:center;margin:-.5rem 0 1rem}
.monogram{flex:none;display:grid;place-items:center;width:2.5rem;height:2.5rem;border-radius:.75rem;font-weight:650;color:#fff;background:#4453b8}
.logo{object-fit:contain;background:#fff}
.person .monogram{border-radius:50%}
.tone-1{background:#8a3ea8}.tone-2{background:#0b6e78}.tone-3{background:#9a4a16}.tone-4{background:#2f6b34}.tone-5{background:#a8325c}
.notice{border:1px solid var(--line);border-radius:.875rem;padding:.875rem 1rem;margin:0 0 1.25rem;background:var(--wash)}
.notice strong{display:block}.notice p{margin:.125rem 0 0}.problem a{color:inherit}.wide>.notice{margin:0}
.problem{background:var(--bad-wash);border-color:var(--bad-line)}.problem strong{color:var(--bad)}
.ok{background:var(--good-wash);border-color:var(--good-line);color:var(--good)}.ok p{margin:0;font-weight:600}
.field{margin:0 0 1.125rem}
.field label{display:block;font-weight:600;margin:0 0 .375rem}
.field input{display:block;width:100%;min-height:3rem;padding:.625rem .875rem;font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--edge);border-radius:.75rem}
.field input[readonly]{background:var(--wash);border-style:dashed}
.field input[aria-invalid]{border:2px solid var(--bad);padding:calc(.625rem - 1px) calc(.875rem - 1px)}
.hint{margin:.375rem 0 0}
.actions{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}
button,.button{flex:1 1 9rem;display:inline-flex;align-items:center;justify-content:center;min-height:3rem;padding:.625rem 1.25rem;font:inherit;font-weight:620;text-align:center;text-decoration:none;cursor:pointer;color:var(--accent-ink);background:var(--accent);border:1px solid transparent;border-radius:.75rem;transition:background-color .12s,border-color .12s}
button:hover,.button:hover{background:var(--accent-strong);color:var(--accent-ink)}
button.quiet,.button.quiet{color:var(--ink);background:transparent;border-color:var(--edge)}
button.quiet:hover,.button.quiet:hover{background:var(--wash);color:var(--ink);border-color:var(--accent)}
button.small{flex:none;min-height:2.75rem;padding:.375rem 1rem;font-size:.9375rem}
.top .who{flex-wrap:nowrap;margin-bottom:0}.top .person{flex:1;min-width:0}
.who .button{flex:none;margin-left:auto;min-height:2.75rem;padding:.375rem 1rem}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.notice:focus{outline:3px solid var(--bad);outline-offset:2px}.ok:focus{outline-color:var(--good)}
.choices{display:grid;gap:.75rem}
.choice{justify-content:space-between;gap:.75rem;text-align:left;color:var(--ink);background:transparent;border-color:var(--edge);padding:.75rem;font-weight:400}
.choice:hover{color:var(--ink);background:var(--wash);border-color:var(--accent)}
.tag{display:inline-block;flex:none;white-space:nowrap;padding:.0625rem .5rem;border-radius:1rem;font-size:.8125rem;font-weight:600;color:var(--good);background:var(--good-wash);border:1px solid var(--good-line)}
.tag.plain{color:var(--soft);background:transparent;border-color:var(--edge)}
.asked,.rows,.claims,.policies{list-style:none;margin:0;padding:0}
.asked{border:1px solid var(--line);border-radius:.875rem;margin-bottom:1.25rem}
.asked li+li{border-top:1px solid var(--line)}
.asked label,.asked .fixed,.check label{display:flex;gap:.75rem;align-items:flex-start;padding:.75rem .875rem;cursor:pointer}
.asked .fixed{cursor:auto}
.asked label:hover{background:var(--wash)}
.asked li:first-child label{border-radius:.8rem .8rem 0 0}.asked li:last-child label{border-radius:0 0 .8rem .8rem}
input[type=checkbox],.tick{flex:none;width:1.375rem;height:1.375rem;margin:.0625rem 0 0;accent-color:var(--accent)}
.tick::before{content:"";display:block;width:.5rem;height:.875rem;margin:.125rem .4375rem;border:solid var(--good);border-width:0 .1875rem .1875rem 0;transform:rotate(45deg)}
.check label{padding:.5rem 0}
.claims{display:flex;flex-wrap:wrap;gap:.375rem;margin:.5rem 0 1.25rem;font-size:.875rem}
.claims li{padding:.125rem .625rem;border:1px solid var(--line);border-radius:1rem;background:var(--wash)}
.policies{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;justify-content:center;margin-top:1.25rem;font-size:.9375rem}
.policies a{display:inline-block;padding:.375rem 0;position:relative}
.rows li{position:relative}
.rows>li{display:flex;flex-wrap:wrap;gap:.75rem;align-items:flex-start;padding:1rem 0;border-top:1px solid var(--line)}
.rows>li:first-child{border-top:0;padding-top:.25rem}.rows>li:last-child{padding-bottom:.25rem}
.rows>li>div{flex:1 1 14rem}.rows .claims{margin-bottom:0}
.rows+form{margin-top:.75rem;padding-top:1.25rem;border-top:1px solid var(--line)}
@media (min-width:40rem){.wide .field{max-width:27rem}.wide .actions button{flex:none}}
.facts{margin:0;font-size:.9375rem}.facts div{padding:.5rem 0;border-top:1px solid var(--line)}
.facts dt{color:var(--soft);font-size:.875rem}.facts dd{margin:0}.facts code{font-size:.875em}
.actions+.facts{margin-top:1.5rem}
.done,.failed{display:grid;place-items:center;width:3.25rem;height:3.25rem;border-radius:50%;margin-bottom:1rem;background:var(--good-wash);border:1px solid var(--good-line);color:var(--good)}
.done::before{content:"";width:.6875rem;height:1.25rem;margin-top:-.25rem;border:solid;border-width:0 .1875rem .1875rem 0;transform:rotate(45deg)}
.failed{background:var(--bad-wash);border-color:var(--bad-line);color:var(--bad)}
.failed::before{content:"!";font-size:1.625rem;font-weight:700;line-height:1}
.code{font:650 1.75rem/1.2 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;letter-spacing:.08em}
.field input.code{font-size:1.5rem;text-align:center;text-transform:uppercase}
.compare{text-align:center;margin:0 0 1.25rem;padding:1rem;border:1px solid var(--line);border-radius:.875rem;background:var(--wash)}.compare .intro{display:block;font-size:.9375rem}.compare .code{display:block;margin:.375rem 0}
.origin{margin:0 0 1.25rem}.origin dt{float:left;clear:left;width:6.5rem}.origin dd{margin-left:6.5rem}
.warning{border-color:var(--bad-line)}
@keyframes reveal{to{visibility:visible}}
${REVEALS}
.inbox{display:grid;gap:1.25rem}.approval{max-width:34rem;width:100%;justify-self:center}.compare .message{font-size:1.375rem;white-space:pre-wrap}
.numbers{border:0;margin:0;padding:0}.numbers legend{font-weight:620;padding:0}.numbers .actions{margin-top:.75rem}.number{flex:1 1 4.5rem;font:650 1.5rem/1.2 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
details{margin-top:1rem;font-size:.9375rem}summary{cursor:pointer;padding:.375rem 0;color:var(--soft)}details p{margin:.5rem 0 0}
@media (forced-colors:active){button,.button,.card,.monogram{border:1px solid}}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
`;

/** Its published file name: the hash of the content is in it, so that it may be kept for ever and is never stale. */
export const STYLE_SHEET_NAME = `style.${createHash('sha256').update(STYLE_SHEET).digest('hex').slice(0, 12)}.css`;
