import type { RotateClientSecret } from '@tessera/contracts';
import { ClientAuthenticationMethod } from '@tessera/protocol/client';
import { secretForm, type SecretSeals } from '@tessera/protocol/declaration';
import { z } from 'zod';
import type { AdministrationTurn, AdministrationTurns, ChangeNews } from '../administration/index.js';
import { sealingKidOf } from '../client-secrets/index.js';

type Command = z.output<typeof RotateClientSecret.request>;
type Rotated = z.output<typeof RotateClientSecret.reply>;

const Target = z.object({
  authenticationMethod: ClientAuthenticationMethod,
  assertionAlgorithm: z.string().nullable(),
  rotatedBefore: z.boolean(),
  previousExpiresAt: z.date().nullable(),
});
type Target = z.infer<typeof Target>;
const GoesOn = z.object({ expiresAt: z.date() });

/** Gives clients new secrets (CLI-3). */
export class SecretRotation {
  constructor(
    private readonly turns: AdministrationTurns,
    private readonly seals: SecretSeals,
    private readonly news: ChangeNews,
  ) {}

  async rotate(command: Command): Promise<Rotated> {
    const reply = await this.turns.take(async (turn) => {
      const [row] = await turn.run('find-client-for-rotation', [command.clientId, command.idempotencyKey]);
      if (row === undefined) return answer('unknown_client');
      const target = Target.parse(row);
      if (target.rotatedBefore) return answer('rotated', { previousExpiresAt: target.previousExpiresAt });
      const refused = await this.refusal(command, target);
      return refused ?? (await replace(command, turn));
    });
    if (reply.outcome === 'rotated') await this.news.announce();
    return reply;
  }

  private async refusal(command: Command, target: Target): Promise<Rotated | null> {
    const form = secretForm(target.authenticationMethod);
    if (form === null) return answer('no_secret');
    if (offeredForm(command) !== form) return answer('wrong_form');
    if (command.sealed === null) return null;
    const opened = await this.seals.open(command.sealed, command.clientId, target.assertionAlgorithm);
    return opened.outcome === 'opened' ? null : answer('refused', { why: opened.why });
  }
}

function offeredForm({ digest, sealed }: Command): 'digest' | 'sealed' | null {
  if (digest !== null) return sealed === null ? 'digest' : null;
  return sealed === null ? null : 'sealed';
}

async function replace(command: Command, turn: AdministrationTurn): Promise<Rotated> {
  const { clientId, digest, sealed, overlapSeconds, idempotencyKey } = command;
  const [goesOn] = await turn.run('make-room-for-client-secrets', [JSON.stringify([{ clientId, overlapSeconds }])]);
  const added = { rowId: idempotencyKey, clientId, digest, sealed, sealingKid: sealed === null ? null : sealingKidOf(sealed) };
  await turn.run('add-client-secrets', [JSON.stringify([added])]);
  await turn.audit(command.actor, [
    { action: 'client-secret.rotated', subject: clientId, detail: { secret: idempotencyKey, overlapSeconds } },
  ]);
  return answer('rotated', { previousExpiresAt: goesOn === undefined ? null : GoesOn.parse(goesOn).expiresAt });
}

function answer(
  outcome: Rotated['outcome'],
  { previousExpiresAt = null, why = null }: { previousExpiresAt?: Date | null; why?: string | null } = {},
): Rotated {
  return { outcome, previousExpiresAt: previousExpiresAt?.toISOString() ?? null, why };
}
