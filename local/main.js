// Plain JavaScript, so that a Node too old for the rest can still say so.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  await import('./cli.ts');
} else {
  console.error(
    `Node ${process.versions.node} is too old to run this: it takes 22.18 or newer.\n` +
      'npm installs Node 24 into node_modules for that; here its install script did not run.\n' +
      'Run `npm ci` again and let the package "node" run its script, or use a newer Node.',
  );
  process.exitCode = 1;
}
