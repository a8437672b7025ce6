import { createHash } from 'node:crypto';

/** The one stylesheet. System fonts, no pictures, no script; light and dark by the reader's own setting. */
export const STYLESHEET = `
:root{--ground:#f6f7f9;--surface:#fff;--sunken:#f0f2f5;--ink:#16202c;--soft:#52606d;--line:#d5dbe1;--accent:#0b57a4;--on-accent:#fff;--accent-soft:#e6f0fa;--good:#14683a;--good-soft:#e5f4ea;--bad:#a61b29;--bad-soft:#fcebec;--wait:#7a4d00;--wait-soft:#fdf3df;--browser:#7a3fb8;--app:#0b57a4;--provider:#0f6b5c;--jwt-header:#a61b5b;--jwt-claims:#6b3fb8;--jwt-signature:#0f6a86;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{--ground:#10151b;--surface:#19212a;--sunken:#121920;--ink:#e7ecf1;--soft:#a4b1be;--line:#33404d;--accent:#7cb8f5;--on-accent:#0c1a28;--accent-soft:#1a2f45;--good:#78d69b;--good-soft:#14301f;--bad:#ff9aa2;--bad-soft:#3a191d;--wait:#f1c270;--wait-soft:#352811;--browser:#cda4f7;--app:#7cb8f5;--provider:#6fd3c0;--jwt-header:#ff9ac6;--jwt-claims:#c9b0ff;--jwt-signature:#7fd0ea}}
*{box-sizing:border-box}
html{color-scheme:light dark;scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.top,main,footer{max-width:66rem;margin:0 auto;padding:0 1rem}
.top{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:center;justify-content:space-between;padding-top:1rem;padding-bottom:1rem}
.brand{display:inline-flex;align-items:center;gap:.6rem;font-weight:700;font-size:1.1rem;color:var(--ink);text-decoration:none}
.mark{width:1.15rem;height:1.15rem;background:conic-gradient(var(--browser) 0 25%,var(--app) 0 50%,var(--provider) 0 75%,var(--wait) 0);border-radius:.25rem}
.light{color:var(--soft);font-weight:400}
.where{margin:0;color:var(--soft);font-size:.9rem}
main{padding-bottom:2rem}
footer{border-top:1px solid var(--line);color:var(--soft);font-size:.9rem;padding-top:1rem;padding-bottom:2rem}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.2rem}
.skip{position:absolute;left:1rem;top:-4rem;background:var(--surface);padding:.5rem 1rem;z-index:2}
.skip:focus{top:.5rem}
.visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
h1{font-size:clamp(1.6rem,4vw,2.2rem);line-height:1.2;margin:.5rem 0;letter-spacing:-.01em}
h2{font-size:1.25rem;margin:2rem 0 .75rem}
h3{font-size:1.05rem;margin:0;line-height:1.35}
h4{font-size:.95rem;margin:1rem 0 .4rem}
.lead{font-size:1.1rem;color:var(--soft);max-width:44rem;margin:.25rem 0 1.25rem}
.crumbs{margin:.5rem 0 0;font-size:.9rem}
.code,pre,.value,.url,.verb{font-family:var(--mono);font-size:.875em}
.code{background:var(--sunken);border:1px solid var(--line);border-radius:.3rem;padding:.05em .35em;overflow-wrap:anywhere}
cite{font-style:normal;font-size:.85em;color:var(--soft);white-space:normal}
cite::before{content:"["}cite::after{content:"]"}
button,.button{font:inherit;font-weight:600;display:inline-block;min-height:2.75rem;padding:.55rem 1rem;border-radius:.5rem;border:1px solid var(--accent);background:var(--surface);color:var(--accent);cursor:pointer;text-decoration:none;text-align:center}
button.primary{background:var(--accent);color:var(--on-accent)}
button:hover,.button:hover{box-shadow:0 0 0 3px var(--accent-soft)}
.buttons{display:flex;flex-wrap:wrap;gap:.6rem}
label{display:block;margin:.8rem 0 .25rem;font-size:.92rem;font-weight:600}
label.check{font-weight:400}
input:not([type=checkbox]),select{font:inherit;width:100%;min-height:2.75rem;padding:.45rem .6rem;border:1px solid var(--soft);border-radius:.4rem;background:var(--surface);color:var(--ink)}
input[type=checkbox]{width:1.15rem;height:1.15rem;vertical-align:-.2rem;accent-color:var(--accent)}
.cards{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr))}
.cards.apart{align-items:start}
.card{background:var(--surface);border:1px solid var(--line);border-radius:.75rem;padding:1.1rem 1.2rem;display:flex;flex-direction:column}
.card p{margin:.4rem 0 .6rem}
.card .client{color:var(--soft);font-size:.9rem;margin-bottom:.9rem}
.card form{margin-top:auto}
.card form>button{width:100%}
.card form>input+button{margin-top:.9rem}
.options{margin-top:.6rem}
summary{cursor:pointer;color:var(--accent);padding:.35rem 0;width:fit-content}
.people{background:var(--accent-soft);border-radius:.6rem;padding:.7rem 1rem;margin:0 0 1rem}
.next{background:var(--surface);border:1px solid var(--accent);border-radius:.75rem;padding:1rem 1.2rem;margin:1.25rem 0}
.next h2{margin:0 0 .6rem;font-size:1.1rem}
.next>p{margin:.2rem 0 .8rem}
.outcome{border-radius:.75rem;padding:.9rem 1.2rem;border-left:.35rem solid;background:var(--surface)}
.outcome.done{border-color:var(--good);background:var(--good-soft)}
.outcome.away{border-color:var(--wait);background:var(--wait-soft)}
.outcome.failed{border-color:var(--bad);background:var(--bad-soft)}
.outcome.done strong{color:var(--good)}.outcome.away strong{color:var(--wait)}
.outcome h2{margin:0;color:var(--bad);font-size:1.15rem}
.outcome p{overflow-wrap:anywhere}
p.outcome{overflow-wrap:anywhere}
.party{font-weight:700}
.party.browser{color:var(--browser)}.party.app{color:var(--app)}.party.provider{color:var(--provider)}
.sequence{background:var(--surface);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.2rem 1.2rem;margin:1.25rem 0}
.sequence h2{margin:0 0 .75rem;font-size:1.1rem}
.lanes{display:grid;grid-template-columns:repeat(3,1fr);text-align:center}
.lanes .party{justify-self:center;border:2px solid;border-radius:.5rem;padding:.15rem .7rem;background:var(--surface)}
.sequence ol{list-style:none;margin:0;padding:.5rem 0;display:grid;gap:.55rem;background:linear-gradient(var(--line),var(--line)) 16.66% 0/2px 100% no-repeat,linear-gradient(var(--line),var(--line)) 50% 0/2px 100% no-repeat,linear-gradient(var(--line),var(--line)) 83.33% 0/2px 100% no-repeat}
.sequence li{display:grid;grid-template-columns:repeat(6,1fr);font-size:.875rem;line-height:1.3}
.sequence .hop{position:relative;text-align:center;border-bottom:2px solid var(--app);padding:.25rem .6rem .2rem;overflow-wrap:anywhere}
.sequence .browser-provider{grid-column:2/6;border-color:var(--browser)}
.sequence .browser-app{grid-column:2/4;border-color:var(--browser)}
.sequence .app-provider{grid-column:4/6}
.sequence .answer{border-bottom-style:dashed;color:var(--soft);border-color:var(--provider)}
.sequence .answer.browser-app{border-color:var(--app)}
.sequence .failed{border-color:var(--bad);color:var(--bad);font-weight:700}
.sequence .hop::after,.sequence .both::before{content:"";position:absolute;bottom:-.4rem;border:.35rem solid transparent}
.sequence .right::after{right:0;border-left:.55rem solid var(--app);border-right:0}
.sequence .browser-provider.right::after,.sequence .browser-app.right::after{border-left-color:var(--browser)}
.sequence .left::after,.sequence .both::before{left:0;border-right:.55rem solid var(--provider);border-left:0}
.sequence .browser-app.left::after{border-right-color:var(--app)}
.sequence .both::before{border-right-color:var(--browser)}
.sequence .failed.left::after{border-right-color:var(--bad)}
.sequence .label{background:var(--surface);padding:0 .2rem}
.sequence a{text-decoration:none;color:var(--ink)}
.sequence a:hover{text-decoration:underline}
.sequence .alone{grid-column:3/5;justify-self:center;text-align:center;background:var(--accent-soft);border:1px solid var(--app);border-radius:.5rem;padding:.25rem .6rem}
.number{display:inline-grid;place-items:center;min-width:1.5rem;height:1.5rem;padding:0 .3rem;border-radius:1rem;background:var(--ink);color:var(--surface);font:700 .8rem/1 var(--mono);margin-right:.4rem;flex:none}
.timeline{list-style:none;margin:0;padding:0}
.step{background:var(--surface);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.2rem;margin:0 0 1.6rem;position:relative;scroll-margin-top:1rem}
.step:not(:last-child)::after{content:"";position:absolute;left:1.9rem;top:100%;height:1.6rem;border-left:2px solid var(--line)}
.step:target{border-color:var(--accent);box-shadow:0 0 0 3px var(--accent-soft)}
.heading{display:flex;gap:.5rem;align-items:flex-start}
.heading .number{margin:.15rem .2rem 0 0;min-width:1.9rem;height:1.9rem;font-size:.95rem}
.route{margin:0;font-size:.85rem}
.why{margin:.5rem 0 .9rem;max-width:46rem}
.aside,.took,.place{color:var(--soft);font-size:.92rem;margin:.5rem 0}
.place{font-weight:600;margin:.6rem 0 .1rem}
.message{border:1px solid var(--line);border-radius:.6rem;background:var(--sunken);padding:.7rem .9rem;margin:.6rem 0}
.message.request{border-left:.3rem solid var(--app)}
.message.response{border-left:.3rem solid var(--provider)}
.line{margin:0;overflow-wrap:anywhere}
.verb{font-weight:700}
.verb.good{color:var(--good)}.verb.bad{color:var(--bad)}
.rows{margin:.4rem 0}
.rows>div{display:grid;grid-template-columns:minmax(7rem,12.6rem) minmax(0,1.15fr) minmax(0,1fr);gap:.1rem 1rem;padding:.45rem 0;border-top:1px solid var(--line)}
.rows .long dd+dd{grid-column:2/-1}.rows .long dd{grid-column:2/-1}
.rows dt{font:600 .875rem/1.5 var(--mono);overflow-wrap:anywhere}
.rows dd{margin:0;min-width:0}
.rows dd>span{display:block;overflow-wrap:anywhere}
.rows .value{white-space:pre-wrap}
.rows .words{font-weight:600;font-size:.92rem}
.rows .meaning{color:var(--soft);font-size:.92rem}
@media (max-width:44rem){.rows>div,.rows .long{grid-template-columns:minmax(0,1fr)}.rows .long dd,.rows .long dd+dd{grid-column:1}.step,.sequence{padding-left:.8rem;padding-right:.8rem}.message{padding:.6rem .65rem}.sequence li{font-size:.8rem}.sequence .hop{padding-left:.3rem;padding-right:.3rem}.buttons form,.buttons button{width:100%}}
.secret{font:600 .72rem/1.4 system-ui,sans-serif;color:var(--bad);border:1px solid var(--bad);border-radius:.3rem;padding:0 .3rem;white-space:nowrap}
.jwt{overflow-wrap:anywhere;word-break:break-all}
.part-header{color:var(--jwt-header)}.part-claims{color:var(--jwt-claims)}.part-signature{color:var(--jwt-signature)}
.token{border-top:2px solid var(--line);margin-top:.6rem;padding-top:.3rem}
details>summary{font-size:.95rem}
.token>summary{font-weight:700}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0;background:var(--surface);border:1px solid var(--line);border-radius:.4rem;padding:.6rem}
.living-room{display:grid;grid-template-columns:minmax(0,1fr) 17rem;gap:1.5rem;align-items:start;margin:1.2rem 0}
.again{grid-column:1/-1;margin:0}
.tv>.screen{background:#12161c;color:#f2f5f8;border:.7rem solid #2b333d;border-radius:.9rem;padding:clamp(1rem,3vw,2rem);min-height:20rem}
.tv a{color:#9ecbff}
.tv .big{font-size:1.5rem;font-weight:700;margin:0 0 1rem}
.tv .two{display:flex;flex-wrap:wrap;gap:1.5rem;justify-content:space-between;align-items:center}
.tv .two>div{flex:1 1 12rem;min-width:0}.tv .two p{margin:0 0 .4rem}
.tv .code{overflow-wrap:anywhere;background:none;color:inherit;border:0;padding:0}
.user-code{font:700 2rem/1.2 var(--mono);letter-spacing:.08em}
.qr{width:11rem;height:11rem;flex:none;border-radius:.4rem}
.phone>.screen{background:var(--surface);border:.5rem solid #2b333d;border-radius:2rem;padding:2rem 1.1rem;min-height:27rem;display:flex;flex-direction:column;justify-content:center;text-align:center}
.phone .code{overflow-wrap:anywhere}
@media (max-width:52rem){.living-room{grid-template-columns:minmax(0,1fr)}.phone>.screen{max-width:19rem;margin:0 auto}}
.history{list-style:none;margin:0;padding:0}
.history li{padding:.4rem 0;border-top:1px solid var(--line);display:flex;flex-wrap:wrap;gap:.2rem .8rem}
.history time{color:var(--soft);font-size:.9rem;margin-left:auto}
.state{font-size:.85rem;font-weight:600}
.state.done{color:var(--good)}.state.failed{color:var(--bad)}.state.away{color:var(--wait)}
`;

/** Its address names its content, so that a browser may keep it for ever. */
export const STYLE_PATH = `/style-${createHash('sha256').update(STYLESHEET).digest('hex').slice(0, 12)}.css`;
