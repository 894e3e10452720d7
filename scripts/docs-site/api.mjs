// The API reference: typedoc's own pages, with the bar, the colours and the search of the site.
import { Application, Comment, PageEvent, ReflectionKind, TSConfigReader, TypeDocReader } from 'typedoc';
import { assets, bar, baseOf } from './layout.mjs';
import { root } from './repository.mjs';

const shown =
  ReflectionKind.Function |
  ReflectionKind.Class |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Variable;

/** @returns rows for the search: [address, 'API: door', name, what it is] */
export async function writeApi(out) {
  process.chdir(root);
  const app = await Application.bootstrapWithPlugins(
    { out, readme: 'none', name: 'keelson API', hideGenerator: true, sidebarLinks: {} },
    [new TypeDocReader(), new TSConfigReader()],
  );
  const rows = [];
  app.renderer.on(PageEvent.END, (page) => {
    page.contents &&= dressed(page.contents, baseOf(`api/${page.url}`));
    if (page.isReflectionEvent() && page.model.kindOf(shown)) rows.push(row(page));
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('typedoc could not read the sources');
  app.validate(project);
  // The main door is a file index.ts like the others; its users know it by the package's name.
  for (const door of project.children) if (door.name === 'index') door.name = 'keelson';
  await app.generateDocs(project, out);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('typedoc has complaints');
  return rows;
}

function dressed(html, base) {
  const theme = html.replace(/<script>document\.documentElement\.dataset\.theme.*?<\/script>/s, '');
  return theme
    .replace('</head>', `${assets(base)}</head>`)
    .replace('<html class="default"', `<html class="default" data-docs="${base}"`)
    .replace('<header class="tsd-page-toolbar">', '<header class="tsd-page-toolbar bar">')
    .replace(/<a href="[^"]*" class="title">.*?<\/a>/s, () => bar(base));
}

function row({ model, url }) {
  const comment = model.comment ?? model.signatures?.[0]?.comment;
  const summary = Comment.combineDisplayParts(comment?.summary)
    .replace(/\{@link (\S+?)\}/g, '$1')
    .replace(/\s+/g, ' ');
  const door = model.parent.name === 'keelson' ? 'keelson' : `keelson/${model.parent.name}`;
  return [`api/${url}`, `API: ${door}`, model.name, summary];
}
