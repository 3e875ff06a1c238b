const secretKey = /secret|token|password|authorization|apikey|api_key|signature|cookie/i;
const secretValue =
  /\bBearer\s+[^\s"']+|\blf_[0-9a-f]{40}\b|\bre_\w{8,}_\w{16,}|\b(?:sk|rk|pk)_(?:test|live)_\w+|\bwhsec_\w+|\bsb_(?:secret|publishable)_\w+|\bpi_\w+_secret_\w+|\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;
const emailAddress = /[^\s@"'<>]+@[^\s@"'<>]+\.[a-z]{2,}/gi;

/** Takes secrets and e-mail addresses out of anything before it is written down. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    return value.replace(secretValue, '[redacted]').replace(emailAddress, '[e-mail]');
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 5) return '[deep]';
  if (value instanceof Error) {
    return redact(
      { name: value.name, message: value.message, stack: value.stack, cause: value.cause },
      depth,
    );
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      secretKey.test(key) ? '[redacted]' : redact(item, depth + 1),
    ]),
  );
}
