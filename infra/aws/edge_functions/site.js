// A folder's address means the page in it; a folder named without its slash is sent to the address with one.
function handler(event) {
  var request = event.request;
  var uri = request.uri;
  if (uri.endsWith('/')) {
    request.uri = uri + 'index.html';
    return request;
  }
  var last = uri.slice(uri.lastIndexOf('/') + 1);
  if (last.indexOf('.') === -1 && uri.indexOf('//') !== 0) {
    var pairs = [];
    for (var name in request.querystring) {
      pairs.push(name + '=' + request.querystring[name].value);
    }
    var query = pairs.length ? '?' + pairs.join('&') : '';
    return {
      statusCode: 301,
      statusDescription: 'Moved Permanently',
      headers: { location: { value: uri + '/' + query } }
    };
  }
  return request;
}
