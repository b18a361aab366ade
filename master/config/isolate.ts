import type { Deployment, ResolvedWorker } from './deployment.ts';

/**
 * The worker with a port of its own in place of the one its configuration names, wherever it names it, so that two
 * checkouts of one project run side by side. It is told by HSU_PORT and PORT, by `--port`, and by a module's `port`.
 */
export function isolate(worker: ResolvedWorker, port: number): ResolvedWorker {
  const { config, deployment, healthCheck } = worker;
  const named = namedPort(worker);
  const move = (address: string) => moveAddress(address, named, port);
  return {
    ...worker,
    config: {
      ...config,
      ...(config.port === undefined ? {} : { port }),
      endpoints: config.endpoints.map((endpoint) => ({ ...endpoint, address: move(endpoint.address) })),
    },
    deployment: isolateDeployment(deployment, port),
    ...(healthCheck
      ? {
          healthCheck: {
            ...healthCheck,
            ...(healthCheck.endpoint === undefined ? {} : { endpoint: move(healthCheck.endpoint) }),
            ...(healthCheck.address === undefined ? {} : { address: move(healthCheck.address) }),
          },
        }
      : {}),
  };
}

function isolateDeployment(deployment: Deployment, port: number): Deployment {
  const ports = { HSU_PORT: String(port), PORT: String(port) };
  switch (deployment.kind) {
    case 'process': {
      const { hosted } = deployment;
      return {
        ...deployment,
        args: withPort(deployment.args, port),
        environment: { ...deployment.environment, ...ports },
        ...(hosted ? { hosted: { ...hosted, config: { ...hosted.config, port } } } : {}),
      };
    }
    case 'module':
      return {
        ...deployment,
        args: withPort(deployment.args, port),
        config: deployment.entryPoint === undefined ? deployment.config : { ...deployment.config, port },
        environment: { ...deployment.environment, ...ports },
      };
    case 'unmanaged':
      return deployment;
  }
}

/** Runs of one thread hand their sockets over. */
export function takesOver(...runs: readonly ResolvedWorker[]): boolean {
  return runs.every(
    ({ deployment }) =>
      deployment.kind === 'module' && deployment.isolation === 'shared' && deployment.registeredName === undefined,
  );
}

/** The port that the configuration names, where it names one. */
export function namedPort({ config, deployment }: ResolvedWorker): number | undefined {
  if (config.port !== undefined) return config.port;
  const fromConfig = deployment.kind === 'module' ? deployment.config['port'] : undefined;
  if (typeof fromConfig === 'number') return fromConfig;
  const args = deployment.kind === 'unmanaged' ? [] : deployment.args;
  const at = args.indexOf('--port');
  const written = at >= 0 ? args[at + 1] : args.find((one) => one.startsWith('--port='))?.slice('--port='.length);
  return written !== undefined && /^\d+$/.test(written) ? Number(written) : undefined;
}

function withPort(args: readonly string[], port: number): readonly string[] {
  return args.map((argument, index) => {
    if (args[index - 1] === '--port') return String(port);
    return argument.startsWith('--port=') ? `--port=${port}` : argument;
  });
}

/** Only what is on this machine and on the port named moves. */
function moveAddress(address: string, from: number | undefined, to: number): string {
  if (from === undefined) return address;
  return address.replace(
    /^((?:[a-z]+:\/\/)?(?:localhost|127\.0\.0\.1|\[::1\])?):(\d+)(?=\/|$)/i,
    (whole, host: string, port: string) => (Number(port) === from ? `${host}:${to}` : whole),
  );
}
