import { type DynamicModule, Module } from '@nestjs/common';
import type { KeyManagement } from '../key-management.js';
import { KeyRewrapping } from './key-rewrapping.js';
import { KeyRotation } from './key-rotation.js';
import { RotationServer } from './rotation.server.js';

@Module({ controllers: [RotationServer] })
class RotationModule {}

/** The commands that change keys. */
export function rotationModule({ rotation, rewrapping }: KeyManagement): DynamicModule {
  const providers = [
    { provide: KeyRotation, useValue: rotation },
    { provide: KeyRewrapping, useValue: rewrapping },
  ];
  return { module: RotationModule, providers };
}
