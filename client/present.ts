/**
 * An answer as the browser wants it: addresses instead of paths and of page numbers. One walk over the JSON does it,
 * because these keys mean the same wherever they stand.
 */
export type Presented<Value> = Value extends (infer Item)[]
  ? Presented<Item>[]
  : Value extends object
    ? {
        [Key in keyof Value]: Key extends 'next' | 'previous'
          ? Value[Key] extends number | null
            ? string | null
            : Presented<Value[Key]>
          : Presented<Value[Key]>;
      }
    : Value;

export type PublicBucket = 'avatars' | 'course-thumbnails';

export interface Addresses {
  /** The public address of a file. */
  ofFile: (bucket: PublicBucket, path: string) => string;
  /** The address of a page of the app, from its path. */
  ofApp: (path: string) => string;
  /** The address of the same request for another page. */
  ofPage: (page: number) => string;
}

const buckets: Readonly<Record<string, PublicBucket>> = {
  avatar: 'avatars',
  profile_picture: 'avatars',
  thumbnail: 'course-thumbnails',
};

export function present<Value>(value: Value, addresses: Addresses): Presented<Value> {
  return walk(value, addresses) as Presented<Value>;
}

function walk(value: unknown, addresses: Addresses): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, addresses));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, entry(key, item, addresses)]));
}

function entry(key: string, value: unknown, addresses: Addresses): unknown {
  if (typeof value === 'string') {
    const bucket = buckets[key];
    if (bucket !== undefined) return addresses.ofFile(bucket, value);
    return key === 'certificate_url' ? addresses.ofApp(value) : value;
  }
  if (typeof value === 'number' && (key === 'next' || key === 'previous')) return addresses.ofPage(value);
  return walk(value, addresses);
}
