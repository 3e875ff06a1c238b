declare module 'qs' {
  type ParseOptions = { depth?: number; parameterLimit?: number; arrayLimit?: number; allowSparse?: boolean };
  const qs: { parse(text: string, options?: ParseOptions): Record<string, unknown> };
  export default qs;
}
