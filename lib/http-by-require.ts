import type { Plugin } from 'esbuild';

const name = 'http-by-require';

/**
 * Has a bundle take Node's HTTP modules by `require`, also where a source imports them. To import `node:http` is to
 * read all that it exports, which loads undici, of which no function needs anything: process-job takes a sixth longer
 * to start.
 */
export const httpByRequire: Plugin = {
  name,
  setup(build) {
    build.onResolve({ filter: /^(node:)?https?$/ }, ({ path, namespace }) =>
      namespace === name ? { path, external: true } : { path: path.replace(/^node:/, ''), namespace: name },
    );
    build.onLoad({ filter: /.*/, namespace: name }, ({ path }) => ({
      contents: `module.exports = require('node:${path}');`,
    }));
  },
};
