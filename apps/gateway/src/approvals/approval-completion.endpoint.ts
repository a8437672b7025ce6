import { isUtf8 } from 'node:buffer';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { CompleteApproval } from '@tessera/contracts';
import type { ApprovalReport } from '@tessera/protocol/backchannel-authentication';
import { OAuthError } from '@tessera/vocabulary';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerAs, APPROVAL_COMPLETION_PATH, BoundedOwners, formOctets } from '../http/index.js';
import { FailedAuthentications } from '../limits/failed-authentications.js';

/**
 * Where the deployment's own authenticator reports what a person answered (CIBA Core §8). The octets go on as they were signed: this
 * process has no secret to judge them by (decision 8). Wrong signatures count against the source.
 */
@Controller()
export class ApprovalCompletionEndpoint {
  constructor(
    @Inject(BoundedOwners) private readonly owners: BoundedOwners,
    @Inject(FailedAuthentications) private readonly failures: FailedAuthentications,
  ) {}

  @Post(APPROVAL_COMPLETION_PATH)
  async complete(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { source, context } = request.arrival;
    const wait = this.failures.secondsToWait(source, () => null);
    if (wait > 0) {
      reply.header('Retry-After', String(wait));
      throw new OAuthError('request.rate_limited');
    }
    try {
      answerAs(await this.owners.call(CompleteApproval, reportOf(request), context), reply);
    } catch (error) {
      if (error instanceof OAuthError && error.reason === 'approval_completion.signature') this.failures.failed(source, null);
      throw error;
    }
  }
}

/** @throws {OAuthError} for what is too long, or no text, to be a report. */
function reportOf(request: FastifyRequest): ApprovalReport {
  const octets = formOctets(request);
  const signature = request.headers['tessera-signature'];
  const report = CompleteApproval.request.safeParse({ body: isUtf8(octets) ? octets.toString('utf8') : null, signature: typeof signature === 'string' ? signature : null });
  if (!report.success) throw new OAuthError('approval_completion.malformed');
  return report.data;
}
