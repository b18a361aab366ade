import { createHash, timingSafeEqual } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { maxSatisfying, valid } from 'semver';
import type { AvailablePackage, FetchWatch, PackageRelease, PackageRepository } from './repository.ts';
import { unpackTar } from './unpack-tar.ts';

const requestTimeoutMs = 60_000;
/** Of an archive, unpacked: more is a mistake or an attack. */
const largestPackage = 512 * 1024 * 1024;

interface Distribution {
  readonly tarball: string;
  readonly integrity: string | undefined;
}

/** What packages for workers carry among the keywords of their package.json, so that they are found. */
const keyword = 'hsu-package';

/** A registry that speaks npm's protocol. */
export function npmRepository(registry: string): PackageRepository {
  const base = registry.endsWith('/') ? registry : `${registry}/`;
  return {
    async list(signal) {
      const found = await search(base, `keywords:${keyword}`, signal);
      if ('status' in found) throw new Error(`${base} answered ${found.status} to the question for packages.`);
      if (found.offers.length > 0) return found.offers;
      // Registries of one's own search by name only, and list everything when nothing is asked for.
      const all = await search(base, '', signal);
      return 'offers' in all ? all.offers : [];
    },
    async versions(name, signal) {
      const document = await describe(base, name, signal);
      return document === undefined ? [] : Object.keys(member(document, 'versions'));
    },
    async find({ name, range }, signal) {
      const document = await describe(base, name, signal);
      if (document === undefined) return undefined;
      const versions = member(document, 'versions');
      const version = choose(Object.keys(versions), textOf(member(document, 'dist-tags'), 'latest'), range);
      if (version === undefined) return undefined;
      const distribution = member(member(versions, version), 'dist');
      const tarball = textOf(distribution, 'tarball');
      if (tarball === undefined) throw new Error(`${base} names no archive for ${name} ${version}.`);
      return release(base, name, version, { tarball, integrity: textOf(distribution, 'integrity') });
    },
  };
}

function choose(versions: readonly string[], latest: string | undefined, range: string | undefined) {
  if (range === undefined) return latest ?? maxSatisfying([...versions], '*') ?? undefined;
  if (valid(range) !== null) return versions.find((version) => version === range);
  return maxSatisfying([...versions], range) ?? undefined;
}

async function search(
  base: string,
  text: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly offers: readonly AvailablePackage[] } | { readonly status: number }> {
  const answer = await ask(base, new URL(`-/v1/search?text=${encodeURIComponent(text)}&size=250`, base), {}, signal);
  return answer.ok ? { offers: offersIn(await answer.json()) } : { status: answer.status };
}

/** Only those that carry the keyword, whatever the registry searched by. */
function offersIn(answer: unknown): readonly AvailablePackage[] {
  const found = listOf(typeof answer === 'object' && answer !== null ? answer : {}, 'objects');
  return found.flatMap((one) => {
    const described = typeof one === 'object' && one !== null ? member(one, 'package') : {};
    const name = textOf(described, 'name');
    const version = textOf(described, 'version') ?? textOf(member(described, 'dist-tags'), 'latest');
    if (name === undefined || version === undefined || !listOf(described, 'keywords').includes(keyword)) return [];
    return [{ name, version, description: textOf(described, 'description') ?? '' }];
  });
}

async function describe(base: string, name: string, signal?: AbortSignal): Promise<object | undefined> {
  const accept = 'application/vnd.npm.install-v1+json, application/json';
  const answer = await ask(base, new URL(name.replace('/', '%2f'), base), { accept }, signal);
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`${base} answered ${answer.status} to the question for ${name}.`);
  const document: unknown = await answer.json();
  if (typeof document !== 'object' || document === null) throw new Error(`${base} describes ${name} by no object.`);
  return document;
}

function release(base: string, name: string, version: string, distribution: Distribution): PackageRelease {
  const { tarball, integrity } = distribution;
  return {
    version,
    source: tarball,
    fetch: async (into, { signal, progress } = {}) => {
      const answer = await ask(base, new URL(tarball, base), {}, signal);
      if (!answer.ok) throw new Error(`${base} answered ${answer.status} to the request for ${tarball}.`);
      const archive = await receive(answer, progress);
      signal?.throwIfAborted();
      verify(archive, `${name} ${version}`, integrity);
      await unpackTar(gunzipSync(archive, { maxOutputLength: largestPackage }), into);
    },
  };
}

/** @throws {Error} unless one of the strongest checksums that the registry gives fits */
function verify(archive: Buffer, release: string, integrity: string | undefined): void {
  const expected = /\bsha512-([A-Za-z0-9+/=]+)/.exec(integrity ?? '')?.[1];
  if (expected === undefined) {
    throw new Error(`The registry gives no sha512 checksum for ${release}: without one it is not installed.`);
  }
  const wanted = Buffer.from(expected, 'base64');
  const got = createHash('sha512').update(archive).digest();
  if (wanted.length !== got.length || !timingSafeEqual(wanted, got)) {
    throw new Error(
      `${release} was changed on its way: its sha512 checksum is not the registry's. Nothing was installed.`,
    );
  }
}

async function receive(answer: Response, progress: FetchWatch['progress']): Promise<Buffer> {
  const length = Number(answer.headers.get('content-length') ?? 0);
  const total = length > 0 ? length : undefined;
  const pieces: Uint8Array[] = [];
  let received = 0;
  progress?.(0, total);
  const body: ReadableStream<Uint8Array> | null = answer.body;
  for await (const piece of body ?? []) {
    pieces.push(piece);
    received += piece.length;
    progress?.(received, total);
  }
  return Buffer.concat(pieces);
}

async function ask(
  base: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Response> {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  try {
    return await fetch(url, { headers, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
  } catch (error) {
    signal?.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`${base} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause: error,
    });
  }
}

function member(object: object, key: string): object {
  const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value;
  return typeof value === 'object' && value !== null ? value : {};
}

function listOf(object: object, key: string): readonly unknown[] {
  const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value;
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function textOf(object: object, key: string): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value;
  return typeof value === 'string' ? value : undefined;
}
