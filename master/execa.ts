/** Runs commands to their end. A part of its own: most masters run none, and would keep more of its code than of theirs. */
export { execa } from 'execa';
