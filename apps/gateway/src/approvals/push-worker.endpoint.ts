import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PUSH_WORKER_PATH } from '../http/index.js';
import { Pages } from '../pages/index.js';
import { pushWorkerScript } from './push-worker-script.js';

/** The script that shows a notice in a browser while no page of ours is open (Service Workers §4). Not cached: an old one would stay. */
@Controller()
export class PushWorkerEndpoint {
  private readonly script: string;

  constructor(@Inject(Pages) pages: Pages) {
    this.script = pushWorkerScript(pages.addresses.approvals);
  }

  @Get(PUSH_WORKER_PATH)
  answer(@Res() reply: FastifyReply): void {
    reply.header('Content-Type', 'text/javascript; charset=utf-8').header('Cross-Origin-Resource-Policy', 'same-origin').send(this.script);
  }
}
