/**
 * The pages people meet: written on the server, complete without JavaScript.
 *
 * 1. {@link Pages} writes a page from what an owner replied and the words of `texts`; `html` escapes every value.
 * 2. {@link answerPage} sends it under the strictest policy it can live with (UIX-5).
 */
export * from './account-page.js';
export type { ApprovalsShown } from './approvals-page.js';
export type { UserCodeForm } from './device-pages.js';
export * from './error-page.js';
export * from './page.js';
export * from './page-answer.js';
export * from './pages.js';
export { STYLE_SHEET_NAME } from './style-sheet.js';
