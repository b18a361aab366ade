import { createHash, timingSafeEqual } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { maxSatisfying, valid } from 'semver';
import type { PackageRelease, PackageRepository } from './repository.ts';
import { unpackTar } from './unpack-tar.ts';

const requestTimeoutMs = 60_000;
/** Of an archive, unpacked: more is a mistake or an attack. */
const largestPackage = 512 * 1024 * 1024;

interface Distribution {
  readonly tarball: string;
  readonly integrity: string | undefined;
}

/** A registry that speaks npm's protocol. */
export function npmRepository(registry: string): PackageRepository {
  const base = registry.endsWith('/') ? registry : `${registry}/`;
  return {
    async find({ name, range }) {
      const document = await describe(base, name);
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

async function describe(base: string, name: string): Promise<object | undefined> {
  const answer = await ask(base, new URL(name.replace('/', '%2f'), base), {
    accept: 'application/vnd.npm.install-v1+json, application/json',
  });
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
    fetch: async (into) => {
      const answer = await ask(base, new URL(tarball, base), {});
      if (!answer.ok) throw new Error(`${base} answered ${answer.status} to the request for ${tarball}.`);
      const archive = Buffer.from(await answer.arrayBuffer());
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

async function ask(base: string, url: URL, headers: Readonly<Record<string, string>>): Promise<Response> {
  try {
    return await fetch(url, { headers, signal: AbortSignal.timeout(requestTimeoutMs) });
  } catch (error) {
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

function textOf(object: object, key: string): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value;
  return typeof value === 'string' ? value : undefined;
}
