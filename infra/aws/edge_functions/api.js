// Whom the API counts requests by: the address that CloudFront itself saw. What a visitor writes into this header is lost.
function handler(event) {
  var request = event.request;
  request.headers['x-shounuo-visitor'] = { value: event.viewer.ip };
  return request;
}
