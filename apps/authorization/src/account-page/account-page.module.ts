import { type DynamicModule, Module } from '@nestjs/common';
import { AccountPageDesk } from './account-page.js';
import { AccountPageServer } from './account-page.server.js';

/** The account page. */
@Module({ controllers: [AccountPageServer] })
export class AccountPageModule {}

/** The account page, with what it stands on. */
export function accountPageModule(desk: AccountPageDesk): DynamicModule {
  return { module: AccountPageModule, providers: [{ provide: AccountPageDesk, useValue: desk }] };
}
