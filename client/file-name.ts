const endings: Readonly<Record<string, string>> = {
  'image/avif': '.avif',
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
};

/** A name that no file has yet, so that no cache shows the one before. Storage refuses types that it does not allow. */
export const fileName = ({ type }: Blob): string => `${crypto.randomUUID()}${endings[type] ?? ''}`;
