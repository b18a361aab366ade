const mega = (line) => line.repeat(Math.ceil(1_000_000 / line.length));

/** What may be pasted over the middle of a file; a megabyte in one line of every shape. */
export const pasted = {
  '5 MB of workers': mega(
    '  - id: pasted\n    type: process\n    execution:\n      executable_path: ./run.sh\n',
  ).repeat(5),
  'a git conflict': `<<<<<<< HEAD\n      interval: "1s"\n=======\n      interval: "2s"\n>>>>>>> other\n`,
  'an open quote': '      endpoint: "\n',
  '1 MB of brackets': mega('[{'),
  '1 MB without a break': mega('x'),
  '1 MB plain': `      endpoint: ${mega('y ')}\n`,
  '1 MB in double quotes': `      endpoint: "${mega('y ')}"\n`,
  '1 MB in single quotes': `      endpoint: '${mega('y ')}'\n`,
  '1 MB with escapes': `      endpoint: "${mega('\\x41')}"\n`,
  '1 MB of block text': `      endpoint: |\n        ${mega('y ')}\n`,
  '1 MB flow list': `      endpoint: [${mega('y, ')}z]\n`,
  '1 MB flow map': `      endpoint: {${mega('y: 1, ')}z: 1}\n`,
  '1 MB comment': `      # ${mega('y ')}\n`,
  '1 MB of asterisks': `      endpoint: ${mega(':*')}\n`,
  '1 MB key': `      ${mega('y')}: 1\n`,
};
