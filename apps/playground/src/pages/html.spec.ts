import { html } from './html.js';

describe('Ours: whatever comes from outside is text, never markup', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['" onload="x', '&quot; onload=&quot;x'],
    ["' & '", '&#39; &amp; &#39;'],
  ])('%s', (value, text) => {
    expect(html`<p title="${value}">${value}</p>`.text).toBe(`<p title="${text}">${text}</p>`);
  });

  it('markup of another template stays markup, lists are joined, null and false are nothing', () => {
    expect(html`<ul>${[html`<li>${1}</li>`, html`<li>${'<'}</li>`]}${null}${false}</ul>`.text).toBe('<ul><li>1</li><li>&lt;</li></ul>');
  });
});
