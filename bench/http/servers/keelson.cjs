'use strict';

// keelson with everything on, as it comes. Tracing is switched on from outside, by OTEL_EXPORTER_OTLP_ENDPOINT.
const { createService } = require('keelson');

const service = createService({ name: 'hello', version: '1.0.0' });
service.app.get('/hello/:name', (req, res) => {
  res.json({ message: `hello ${req.params.name}` });
});
service.start();
