'use strict';

// Whatever still calls it has not been mended: it must be seen, not work by accident.
function refuse() {
  throw new Error('request was replaced: keelson sends the requests of eureka-js-client itself');
}

module.exports = refuse;
for (const name of [
  'get',
  'head',
  'options',
  'post',
  'put',
  'patch',
  'del',
  'delete',
  'defaults',
  'forever',
  'jar',
  'cookie',
])
  module.exports[name] = refuse;
