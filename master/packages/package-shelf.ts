import path from 'node:path';
import { gt } from 'semver';
import { applyEdits } from '../config/apply-edits.ts';
import { usePackageVersion } from '../config/use-package-version.ts';
import type { InstalledPackageInfo, PackageList, PackageOffer } from '../protocol.ts';
import { readText, replaceText } from '../world/text-file.ts';
import { installPackage } from './install-package.ts';
import { listInstallations, type Installation } from './installation.ts';
import { openRepository } from './open-repository.ts';
import { readPackageRequest, unscoped } from './package-name.ts';
import { removePackage } from './remove-package.ts';
import type { FetchWatch } from './repository.ts';
import { rollbackOf } from './rollback-package.ts';
import { usersOf } from './users-of.ts';

/** The packages of one workers file: what is installed beside it, and what could be. */
export class PackageShelf {
  readonly #file: string;
  readonly #folder: string;

  constructor(file: string) {
    this.#file = file;
    this.#folder = path.dirname(file);
  }

  /** A repository that cannot be asked is told of; the others are listed all the same. */
  async list(repositories: readonly string[], signal: AbortSignal): Promise<PackageList> {
    const problems: string[] = [];
    const lists = await Promise.all(
      repositories.map(async (repository): Promise<readonly PackageOffer[]> => {
        try {
          const found = await openRepository(repository, this.#folder).list(signal);
          return found.map((one) => ({ ...one, repository }));
        } catch (error) {
          problems.push(error instanceof Error ? error.message : String(error));
          return [];
        }
      }),
    );
    const available = lists.flat();
    const text = await readText(this.#file);
    const installations = listInstallations(this.#folder);
    const installed = await Promise.all(
      installations.map((one) => this.#describe(one, installations, available, text)),
    );
    return { installed, available, problems };
  }

  async install(name: string, repository: string, watch: FetchWatch): Promise<Installation> {
    const request = readPackageRequest(name);
    const { installation } = await installPackage(
      this.#folder,
      request,
      openRepository(repository, this.#folder),
      watch,
    );
    return installation;
  }

  /** Installs the newer version, and lets the workers of the older one name it. */
  async upgrade(name: string, from: string, repository: string, watch: FetchWatch): Promise<Installation> {
    const installation = await this.install(name, repository, watch);
    await this.#edit((text) => usePackageVersion(text, installation.name, from, installation.version));
    return installation;
  }

  async rollback(name: string): Promise<void> {
    await this.#edit((text) => rollbackOf(text, name, listInstallations(this.#folder)).edits);
  }

  async remove(name: string, version: string): Promise<void> {
    const installation = listInstallations(this.#folder).find((one) => one.name === name && one.version === version);
    if (!installation) throw new Error(`${name}:${version} is not installed here.`);
    const users = await usersOf(this.#file, installation);
    if (users.length > 0) {
      throw new Error(`${name}:${version} is needed by ${users.join(', ')}: let them name another package first.`);
    }
    await removePackage(this.#folder, installation);
  }

  async #describe(
    { name, version, source }: Installation,
    all: readonly Installation[],
    available: readonly PackageOffer[],
    text: string,
  ): Promise<InstalledPackageInfo> {
    const users = await usersOf(this.#file, { name, version });
    const newer = available.find((offer) => unscoped(offer.name) === name && gt(offer.version, version));
    const isInstalled = newer && all.some((one) => one.name === name && one.version === newer.version);
    const isNamed = usePackageVersion(text, name, version, version).length > 0;
    const index = all.filter((one) => one.name === name).findIndex((one) => one.version === version);
    return {
      name,
      version,
      source,
      users,
      update: newer && (!isInstalled || isNamed) ? newer : null,
      canRollback: isNamed && index > 0,
    };
  }

  async #edit(change: (text: string) => Parameters<typeof applyEdits>[1]): Promise<void> {
    const before = await readText(this.#file);
    const after = applyEdits(before, change(before));
    if (after !== before) await replaceText(this.#file, after);
  }
}
