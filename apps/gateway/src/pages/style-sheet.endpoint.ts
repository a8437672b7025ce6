import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { answerCacheable, CACHEABLE, STYLE_SHEET_PATH } from '../http/index.js';
import { STYLE_SHEET } from './style-sheet.js';

/** The one style sheet of the pages, under the name that carries its hash. */
@Controller()
export class StyleSheetEndpoint {
  @Get(STYLE_SHEET_PATH)
  answer(@Res() reply: FastifyReply): void {
    answerCacheable(STYLE_SHEET, CACHEABLE.hashed, reply, 'text/css; charset=utf-8');
  }
}
