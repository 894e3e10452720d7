// Makes the dashboard of the rows: JSON as Grafana 10 and newer import it.
import { rows } from './panels.mjs';

const datasource = { type: 'prometheus', uid: '${datasource}' };

/** The chosen instances. The choice of a service narrows the instances that can be chosen: only keelson_service_info knows the name. */
const filled = (expr) =>
  expr.replaceAll('SEL', 'job=~"$job",instance=~"$instance"').replaceAll('RATE', '$__rate_interval');

const steps = (red) => ({
  mode: 'absolute',
  steps: [{ color: 'green', value: null }, ...(red === undefined ? [] : [{ color: 'red', value: red }])],
});

const states = {
  breaker: { 0: ['closed', 'green'], 1: ['half-open', 'yellow'], 2: ['open', 'red'] },
  check: { 0: ['DOWN', 'red'], 1: ['UP', 'green'] },
};

function mappings(of) {
  const options = Object.entries(states[of]).map(([value, [text, color]], index) => [value, { text, color, index }]);
  return [{ type: 'value', options: Object.fromEntries(options) }];
}

function lookOf({ kind = 'timeseries', stacked = false, names = false }) {
  if (kind === 'stat')
    return {
      options: {
        colorMode: 'value',
        graphMode: names ? 'none' : 'area',
        justifyMode: 'auto',
        orientation: 'auto',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        textMode: names ? 'value_and_name' : 'auto',
      },
    };
  if (kind === 'state-timeline')
    return {
      custom: { fillOpacity: 70, lineWidth: 0 },
      options: {
        alignValue: 'left',
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
        mergeValues: true,
        rowHeight: 0.9,
        showValue: 'auto',
        tooltip: { mode: 'single', sort: 'none' },
      },
    };
  return {
    custom: {
      drawStyle: 'line',
      fillOpacity: stacked ? 30 : 10,
      lineWidth: 1,
      showPoints: 'never',
      stacking: { group: 'A', mode: stacked ? 'normal' : 'none' },
    },
    options: {
      legend: { calcs: ['lastNotNull', 'max'], displayMode: 'table', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

function panelOf(panel, id, gridPos) {
  const { title, asks, kind = 'timeseries', unit = 'short', red, queries } = panel;
  const { custom = {}, options } = lookOf(panel);
  const timeline = kind === 'state-timeline' ? { mappings: mappings(panel.states ?? 'breaker') } : { mappings: [] };
  return {
    id,
    title,
    description: asks,
    type: kind,
    datasource,
    gridPos,
    fieldConfig: {
      defaults: {
        unit,
        color: { mode: kind === 'timeseries' ? 'palette-classic' : 'thresholds' },
        custom,
        thresholds: steps(red),
        ...timeline,
      },
      overrides: [],
    },
    options,
    targets: queries.map(([expr, legend], i) => ({
      refId: String.fromCharCode(65 + i),
      datasource,
      editorMode: 'code',
      expr: filled(expr),
      legendFormat: legend ?? '__auto',
      range: true,
    })),
  };
}

function panels() {
  const all = [];
  let y = 0;
  for (const row of rows) {
    all.push({
      id: all.length + 1,
      title: row.row,
      type: 'row',
      collapsed: false,
      gridPos: { h: 1, w: 24, x: 0, y },
      panels: [],
    });
    y += 1;
    let x = 0;
    const [w, h] = row.panels[0].kind === 'stat' ? [3, 4] : [8, 8];
    for (const panel of row.panels) {
      if (x + w > 24) [x, y] = [0, y + h];
      all.push(panelOf(panel, all.length + 1, { h, w, x, y }));
      x += w;
    }
    y += h;
  }
  return all;
}

const chosen = (name, label, query, all) => ({
  name,
  label,
  type: 'query',
  datasource,
  definition: query,
  query: { query, refId: `variable-${name}`, qryType: 1 },
  refresh: 2,
  regex: '',
  sort: 1,
  hide: 0,
  includeAll: true,
  multi: true,
  ...(all === undefined ? {} : { allValue: all }),
  current: { selected: true, text: ['All'], value: ['$__all'] },
  options: [],
  skipUrlSync: false,
});

/** The dashboard, as text. */
export function dashboard() {
  const made = {
    __inputs: [],
    __requires: [
      { type: 'grafana', id: 'grafana', name: 'Grafana', version: '10.0.0' },
      { type: 'datasource', id: 'prometheus', name: 'Prometheus', version: '1.0.0' },
      ...['stat', 'state-timeline', 'timeseries'].map((id) => ({ type: 'panel', id, name: id, version: '' })),
    ],
    uid: 'keelson-service',
    title: 'keelson services',
    description: 'Requests, calls, breakers, messages, event loop and process of keelson services.',
    tags: ['keelson'],
    editable: true,
    graphTooltip: 1,
    schemaVersion: 38,
    version: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timepicker: {},
    timezone: '',
    weekStart: '',
    fiscalYearStartMonth: 0,
    liveNow: false,
    links: [],
    annotations: {
      list: [
        {
          name: 'Restarts',
          datasource,
          enable: true,
          hide: false,
          iconColor: 'orange',
          expr: filled('changes(process_start_time_seconds{SEL}[RATE]) > 0'),
          titleFormat: 'restarted',
          textFormat: '{{instance}}',
        },
      ],
    },
    templating: {
      list: [
        {
          name: 'datasource',
          label: 'Data source',
          type: 'datasource',
          query: 'prometheus',
          refresh: 1,
          regex: '',
          hide: 0,
          includeAll: false,
          multi: false,
          current: {},
          options: [],
          skipUrlSync: false,
        },
        chosen('job', 'Job', 'label_values(keelson_service_info, job)', '.+'),
        chosen('service', 'Service', 'label_values(keelson_service_info{job=~"$job"}, service)', '.+'),
        // Without a value for all, so that Grafana writes out the instances of the chosen services.
        chosen('instance', 'Instance', 'label_values(keelson_service_info{job=~"$job",service=~"$service"}, instance)'),
      ],
    },
    panels: panels(),
  };
  return `${JSON.stringify(made, null, 2)}\n`;
}
