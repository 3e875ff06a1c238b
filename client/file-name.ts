const endings: Readonly<Record<string, string>> = {
  'application/pdf': '.pdf',
  'application/zip': '.zip',
  'audio/mpeg': '.mp3',
  'image/avif': '.avif',
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
  'text/csv': '.csv',
  'text/plain': '.txt',
  'video/mp4': '.mp4',
  'video/quicktime': '.mov',
  'video/webm': '.webm',
};

/** A name that no file has yet, so that no cache shows the one before. Storage refuses types that it does not allow. */
export const fileName = ({ type }: Blob): string => `${crypto.randomUUID()}${endings[type] ?? ''}`;
