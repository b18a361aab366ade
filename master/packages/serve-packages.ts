import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import {
  installPackageRequest,
  packageProgress,
  packagesRequest,
  removePackageRequest,
  rollbackPackageRequest,
  type InstallPackageParams,
} from '../protocol.ts';
import { PackageShelf } from './package-shelf.ts';
import type { FetchWatch } from './repository.ts';

type InOwnWords = <R>(answer: () => Promise<R>) => Promise<R>;

/** Answers one client's questions about the packages of the workers file. */
export function servePackages(connection: MessageConnection, file: string, inOwnWords: InOwnWords): void {
  const shelf = new PackageShelf(file);
  connection.onRequest(packagesRequest, ({ repositories }, cancelled) =>
    inOwnWords(() => shelf.list(repositories, signalOf(cancelled))),
  );
  connection.onRequest(installPackageRequest, (params, cancelled) =>
    inOwnWords(async () => {
      const watch = watchFor(connection, params, cancelled);
      const { name, repository, upgrades } = params;
      const { version } = await (upgrades === undefined
        ? shelf.install(name, repository, watch)
        : shelf.upgrade(name, upgrades, repository, watch));
      return { version };
    }),
  );
  connection.onRequest(rollbackPackageRequest, ({ name }) => inOwnWords(() => shelf.rollback(name)));
  connection.onRequest(removePackageRequest, ({ name, version }) => inOwnWords(() => shelf.remove(name, version)));
}

function watchFor(
  connection: MessageConnection,
  { token }: InstallPackageParams,
  cancelled: CancellationToken,
): FetchWatch {
  return {
    signal: signalOf(cancelled),
    progress: (received, total) => {
      connection.sendProgress(packageProgress, token, { received, total: total ?? null }).catch(() => undefined);
    },
  };
}

function signalOf(cancelled: CancellationToken): AbortSignal {
  const aborter = new AbortController();
  cancelled.onCancellationRequested(() => aborter.abort(new Error('It was cancelled; nothing was installed.')));
  return aborter.signal;
}
