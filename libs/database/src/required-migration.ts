/** The newest migration this release is written for. A test fails when it is not the last of `prisma/migrations`. */
export const REQUIRED_MIGRATION = '20261123191000_teams';
