import { Controller, Inject } from '@nestjs/common';
import { RevokeKey, RewrapKeys, RotateKey } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { z } from 'zod';
import { statusOf } from '../keys/key-status.js';
import { KeyRewrapping } from './key-rewrapping.js';
import { KeyRotation } from './key-rotation.js';

/** The commands of the operator that change keys. */
@Controller()
export class RotationServer {
  constructor(
    @Inject(KeyRotation) private readonly rotation: KeyRotation,
    @Inject(KeyRewrapping) private readonly rewrapping: KeyRewrapping,
  ) {}

  @Serves(RotateKey)
  async rotate(request: z.output<typeof RotateKey.request>): Promise<z.input<typeof RotateKey.reply>> {
    const { outcome, key } = await this.rotation.rotate(request);
    return { outcome, key: key === null ? null : statusOf(key) };
  }

  @Serves(RevokeKey)
  async revoke({ kid, actor }: z.output<typeof RevokeKey.request>): Promise<z.input<typeof RevokeKey.reply>> {
    const { outcome, successor } = await this.rotation.revoke(kid, actor);
    return { outcome, successor: successor === null ? null : statusOf(successor) };
  }

  @Serves(RewrapKeys)
  rewrap(request: z.output<typeof RewrapKeys.request>): Promise<z.input<typeof RewrapKeys.reply>> {
    return this.rewrapping.rewrap(request);
  }
}
