'use strict';

// keelson with everything on, as it comes, traced at 100 % to where OTEL_EXPORTER_OTLP_ENDPOINT points. From the build, so that nothing needs to be installed.
const { createHistogram } = require('node:perf_hooks');
const { createService } = require('../../dist');

const service = createService({ name: 'hello', version: '1.0.0' });
service.app.get('/hello/:name', (req, res) => {
  res.json({ message: `hello ${req.params.name}` });
});

// CPU time of the process between two firings of a timer: the part of the event loop's delay that is the service's own, whatever else the machine does.
const stretches = createHistogram();
let last = process.cpuUsage();
setInterval(() => {
  const { user, system } = process.cpuUsage(last);
  last = process.cpuUsage();
  stretches.record(Math.max(1, user + system));
}, 10).unref();
service.metrics.gauge({
  name: 'own_stretch_p99_seconds',
  help: 'CPU time between two firings of a timer of 10 ms that 99 % stayed within, since the last scrape.',
  collect: (gauge) => {
    gauge.set(stretches.percentile(99) / 1e6);
    stretches.reset();
  },
});
service.start();
