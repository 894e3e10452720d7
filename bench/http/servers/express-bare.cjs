'use strict';

// express as it comes: no concern at all.
const express = require('express');

const app = express();
app.get('/hello/:name', (req, res) => {
  res.json({ message: `hello ${req.params.name}` });
});
app.listen(process.env.PORT, '127.0.0.1');
