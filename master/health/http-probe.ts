import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HealthCheckConfig } from '../config/worker-config.ts';
import type { HealthTarget, Probe } from './probe.ts';

/** Well is any 2xx. A path is joined to the worker's address; every probe has a connection of its own. */
export function httpProbe(check: HealthCheckConfig, target: HealthTarget): Probe {
  return (signal) => {
    const url = resolveUrl(check.endpoint ?? '/', target.address());
    if (!url) return Promise.resolve('listens on no address that is known yet');
    return new Promise((resolve) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = send(url, { method: check.method ?? 'GET', headers: check.headers ?? {}, agent: false, signal });
      request.once('response', (response) => {
        const status = response.statusCode ?? 0;
        response.destroy();
        resolve(status >= 200 && status < 300 ? null : `answered ${status} at ${url.href}`);
      });
      request.once('error', (error) => {
        resolve(`gave no answer at ${url.href}: ${'code' in error ? String(error.code) : error.message}`);
      });
      request.end();
    });
  };
}

function resolveUrl(endpoint: string, base: string | undefined): URL | undefined {
  if (/^https?:\/\//i.test(endpoint)) return URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  return base !== undefined && URL.canParse(endpoint, base) ? new URL(endpoint, base) : undefined;
}
