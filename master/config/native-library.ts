/** Whether a file is a native library by its name, whatever system it is for; Linux may put a version behind. */
export function isNativeLibrary(file: string): boolean {
  return /\.(?:so|dll|dylib)(?:\.\d+)*$/i.test(file);
}

/** What to do about a library that a machine cannot load: build it for that, under the name it has there. */
export function buildAdvice(file: string, { platform, arch }: { readonly platform: string; readonly arch: string }) {
  const ending = endings[platform] ?? '.so';
  const isItsName = new RegExp(`\\${ending}(?:\\.\\d+)*$`, 'i').test(file);
  const other = isItsName ? '' : `, whose libraries are called …${ending}, and correct module_path`;
  return `Build ${file} for this machine (${platform}, ${arch})${other}.`;
}

const endings: Readonly<Record<string, string>> = { win32: '.dll', darwin: '.dylib' };
