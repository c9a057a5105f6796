// Builds what needs no JupyterLab: the widget and the page as one file each, and the modules that
// jupyter-builder then packs into the Lab extension. Types are checked apart (npm run check), so that
// installing from source needs none of JupyterLab's packages.
import * as esbuild from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';

const prod = process.argv.includes('--prod');
const built = ['lib', '../src/nbmlops/static', '../src/nbmlops/labextension'];

const common = {
  jsx: 'automatic',
  target: 'es2022',
  logLevel: 'warning',
  legalComments: prod ? 'eof' : 'none',
  define: { 'process.env.NODE_ENV': prod ? '"production"' : '"development"' }
};

function sourcesIn(folder) {
  const names = readdirSync(`src/${folder}`, { recursive: true });
  return names.filter(name => /(?<!\.d)\.tsx?$/.test(name)).map(name => `src/${folder}/${name}`);
}

/** Style sheets as texts, with what they import. */
const sheets = {
  name: 'sheets',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const built = await esbuild.build({ entryPoints: [path], bundle: true, minify: prod, write: false, metafile: true });
      const watchFiles = Object.keys(built.metafile.inputs);
      return { contents: built.outputFiles[0].text, loader: 'text', watchFiles };
    });
  }
};

/** One file for each host: anywidget takes an ES module, and so does a page. */
const bundles = {
  ...common,
  entryPoints: { widget: 'src/widget/index.tsx', app: 'src/app/main.tsx' },
  outdir: '../src/nbmlops/static',
  bundle: true,
  format: 'esm',
  minify: prod,
  sourcemap: prod ? false : 'inline',
  plugins: [sheets]
};

/** The modules one by one: the Lab extension shares React and Lab's packages with its host. */
const modules = {
  ...common,
  entryPoints: ['lab', 'shared'].flatMap(sourcesIn),
  outdir: 'lib',
  outbase: 'src',
  format: 'esm'
};

if (process.argv.includes('--clean')) {
  built.forEach(path => rmSync(path, { recursive: true, force: true }));
} else if (process.argv.includes('--watch')) {
  const contexts = await Promise.all([bundles, modules].map(options => esbuild.context(options)));
  await Promise.all(contexts.map(context => context.watch()));
} else {
  await Promise.all([esbuild.build(bundles), esbuild.build(modules)]);
}
