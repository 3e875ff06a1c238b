/**
 * Writes where a request comes from into the headers, as the edge of the platform does: one of them it overwrites, to the
 * other it adds. Limits count visitors by it, so nothing that a visitor wrote may be left in the first.
 */
export function tellCallerAddress(headers: Headers, address: string): void {
  headers.set('cf-connecting-ip', address);
  const told = headers.get('x-forwarded-for');
  headers.set('x-forwarded-for', told ? `${told}, ${address}` : address);
}
