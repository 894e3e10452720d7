'use strict';

// keelson with everything on, as it comes, traced at 100 % to where OTEL_EXPORTER_OTLP_ENDPOINT points. From the build, so that nothing needs to be installed.
const { createService } = require('../../dist');

const service = createService({ name: 'hello', version: '1.0.0' });
service.app.get('/hello/:name', (req, res) => {
  res.json({ message: `hello ${req.params.name}` });
});
service.start();
