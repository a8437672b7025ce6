import path from 'node:path';

/** A bill of materials in CycloneDX 1.5: every package of an image with its version, licence and package URL, in one order. */
export function billOfMaterials({ name, version, packages }) {
  const components = [...packages].map(([directory, one]) => ({
    type: 'library',
    'bom-ref': reference(one, directory),
    name: one.name,
    version: one.version,
    purl: reference(one, directory).split('#')[0],
    ...(one.license === null ? {} : { licenses: [{ expression: one.license }] }),
  }));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': name, name, version } },
    components,
  };
}

/** Two copies of one version in different places are two components of one package URL. */
function reference({ name, version }, directory) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const nested = directory.split(`${path.sep}node_modules${path.sep}`).length > 2;
  return nested ? `${purl}#${directory.split(`${path.sep}node_modules${path.sep}`).slice(1, -1).join('/')}` : purl;
}
